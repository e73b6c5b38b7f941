-- Numerator: people with a vaccination certificate on any row ever received.
-- reads: core.service
-- writes: nothing
-- parameters: period, known, as_of, immunisation_class
select person_id, '' as part, 1 as counted, (array_agg(row_id order by service_date, row_id))[1:1] as row_ids
from core.service
where period <= :known and (period <= :period or service_date <= :as_of) and service_class = :immunisation_class
    and (certificate_number is not null or certificate_created is not null)
group by person_id
