-- Numerator: deliveries with postnatal visits on two days or more.
-- reads: core.mothers_here, core.service
-- writes: nothing
-- parameters: period, known, year_start, as_of, postnatal_items
select
    mother.person_id, mother.delivery_date::text as part, 1 as counted,
    array_agg(service.row_id order by service.service_date, service.row_id) as row_ids
from core.mothers_here(:year_start, :as_of, 42) as mother
join core.service as service
    on service.person_id = mother.person_id and service.service_item = any(:postnatal_items)
    and service.period <= :known and (service.period <= :period or service.service_date <= :as_of)
    and coalesce(service.delivery_date, mother.delivery_date) = mother.delivery_date
group by mother.person_id, mother.delivery_date
having count(distinct service.service_date) >= 2
