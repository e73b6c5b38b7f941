-- Beside it: reported cases without the hours of diagnosis or report.
-- reads: core.service
-- writes: nothing
-- parameters: since, period, case_item
select township9, person_id, row_id as part, 1 as counted, row_id
from core.service as service
where service.period between :since and :period and service.service_item = :case_item
    and service.resident_group in ('migrant', 'migrant_unregistered')
    and service.case_reported and service.case_in_time is null
