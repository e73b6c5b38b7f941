-- Denominator: senders from whom the month expected a report.
-- reads: mart.unit_status
-- writes: nothing
-- parameters: period, generation
select township9, '' as person_id, source || '/' || unit_code as part, 1 as counted, cast(null as text) as row_id
from mart.unit_status
where period = :period and generation = :generation
