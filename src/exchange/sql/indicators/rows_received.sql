-- Denominator: data rows received this month, by sender.
-- reads: mart.unit_status
-- writes: nothing
-- parameters: period, generation
select township9, '' as person_id, source || '/' || unit_code as part, rows_in as counted, cast(null as text) as row_id
from mart.unit_status
where period = :period and generation = :generation and rows_in > 0
