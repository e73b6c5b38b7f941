-- Numerator: newborns visited on two days or more within 30 days, by delivery.
-- reads: core.newborn_visit
-- writes: nothing
-- parameters: known, year_start, newborn_items
with visited as (
    select visit.mother_id, visit.delivery_date, visit.child_id, array_agg(distinct visit.row_id) as row_ids
    from core.newborn_visit as visit
    where visit.period <= :known and visit.service_item = any(:newborn_items) and visit.delivery_date >= :year_start
    group by visit.mother_id, visit.delivery_date, visit.child_id
    having count(distinct visit.service_date) >= 2
)
select
    visited.mother_id as person_id, visited.delivery_date::text as part, count(distinct visited.child_id) as counted,
    array_agg(proof.row_id order by proof.row_id) as row_ids
from visited
cross join unnest(visited.row_ids) as proof (row_id)
group by visited.mother_id, visited.delivery_date
