-- Numerator: people followed up once a quarter since the year, or their first follow-up in it, began; less than a quarter asks for one.
-- reads: core.service
-- writes: nothing
-- parameters: known, year_start, as_of, chronic_items
select
    person_id, '' as part, 1 as counted,
    array_agg(row_id order by service_date, row_id) filter (where service_date >= :year_start) as row_ids
from core.service
where period <= :known and service_item = any(:chronic_items)
    and service_date > cast(:as_of as date) - interval '12 months' and service_date <= :as_of
group by person_id
having count(distinct service_date) filter (where service_date >= :year_start)
    >= greatest(1, (cast(:as_of as date) + 1 - greatest(min(service_date), cast(:year_start as date))) * 4 / 365)
