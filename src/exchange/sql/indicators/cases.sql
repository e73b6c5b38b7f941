-- Denominator: cases of infectious disease among migrants on the clinics' registers, in the months since.
-- reads: core.service
-- writes: nothing
-- parameters: since, period, case_item
select township9, person_id, row_id as part, 1 as counted, row_id
from core.service as service
where service.period between :since and :period and service.service_item = :case_item
    and service.resident_group in ('migrant', 'migrant_unregistered')
