-- Denominator: how many women of child-bearing age live with a spouse and are not on the list of the pregnant; counts
-- only, nobody is named. Those who cannot bear any more stay in it: no source tells.
-- reads: month_stock, core.person, mart.list_entry
-- writes: nothing
-- parameters: period, generation, coupled
select stock.township9, '' as person_id, stock.township9 as part, count(*) as counted, cast(null as text) as row_id
from month_stock as stock
join core.person as person on person.person_id = stock.person_id
where stock.sex = '2' and stock.age between 15 and 49 and person.marital = any(:coupled)
    and not exists (
        select from mart.list_entry as entry
        where entry.period = :period and entry.generation = :generation and entry.list = 'pregnant'
            and entry.person_id = stock.person_id
    )
group by stock.township9
