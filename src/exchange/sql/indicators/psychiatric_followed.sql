-- Numerator: how many of them were followed up once a quarter since the year, or their first follow-up in it, began; counts only.
-- reads: month_stock, core.service
-- writes: nothing
-- parameters: known, year_start, as_of, psychiatric_item
select '' as person_id, stock.township9 as part, count(*) as counted, cast(null as text[]) as row_ids
from month_stock as stock
join (
    select person_id
    from core.service
    where period <= :known and service_item = :psychiatric_item
        and service_date > cast(:as_of as date) - interval '12 months' and service_date <= :as_of
    group by person_id
    having count(distinct service_date) filter (where service_date >= :year_start)
        >= greatest(1, (cast(:as_of as date) + 1 - greatest(min(service_date), cast(:year_start as date))) * 4 / 365)
) as followed on followed.person_id = stock.person_id
group by stock.township9
