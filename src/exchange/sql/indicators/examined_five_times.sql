-- Numerator: deliveries with antenatal examinations on five days or more.
-- reads: core.pregnancy
-- writes: nothing
-- parameters: year_start
select person_id, delivery_date::text as part, 1 as counted, row_ids
from (
    select distinct on (person_id, delivery_date) *
    from core.pregnancy
    where delivery_date >= :year_start
    order by person_id, delivery_date, last_menses nulls last
) as pregnancy
where antenatal_days >= 5
