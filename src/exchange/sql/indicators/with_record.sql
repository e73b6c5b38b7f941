-- Numerator: people with a health record number on any service row ever received.
-- reads: core.service
-- writes: nothing
-- parameters: period, known, as_of
select person_id, '' as part, 1 as counted, (array_agg(row_id order by service_date, row_id))[1:1] as row_ids
from core.service
where period <= :known and (period <= :period or service_date <= :as_of) and has_ehr
group by person_id
