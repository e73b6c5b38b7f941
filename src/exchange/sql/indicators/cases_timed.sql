-- Denominator: reported cases with the hours of diagnosis and report; where the policy takes the share of all cases
-- on the register, those nobody reported as well. A reported case without its hours is no part of either.
-- reads: core.service
-- writes: nothing
-- parameters: since, period, case_item, timeliness_base
select township9, person_id, row_id as part, 1 as counted, row_id
from core.service as service
where service.period between :since and :period and service.service_item = :case_item
    and service.resident_group in ('migrant', 'migrant_unregistered')
    and (
        service.case_in_time is not null
        or (:timeliness_base = 'registered' and not coalesce(service.case_reported, false))
    )
