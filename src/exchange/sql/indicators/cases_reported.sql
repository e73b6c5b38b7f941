-- Numerator: cases that carry the time of their report.
-- reads: core.service
-- writes: nothing
-- parameters: since, period, case_item
select person_id, row_id as part, 1 as counted, array[row_id] as row_ids
from core.service
where period between :since and :period and service_item = :case_item and case_reported
