-- Denominator: children listed with a missing dose at the end of the year's first published month and still here.
-- reads: mart.list_entry, ledger.generation, registry.current_person, month_stock
-- writes: nothing
-- parameters: period, year_period
with campaign as (
    select period, max(generation) as generation
    from ledger.generation
    where period = (
        select min(period) from ledger.generation where period >= :year_period and period < :period
    )
    group by period
)
select stock.township9, stock.person_id, '' as part, 1 as counted, min(entry.row_id) as row_id
from campaign
join mart.list_entry as entry
    on entry.period = campaign.period and entry.generation = campaign.generation and entry.list = 'children_0_6'
join registry.current_person as known on known.person_id = entry.person_id
join month_stock as stock on stock.person_id = known.current_id
where entry.payload ->> 'due_missing' is not null
group by stock.township9, stock.person_id
