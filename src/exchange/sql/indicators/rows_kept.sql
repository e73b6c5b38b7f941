-- Numerator: rows that were kept, by sender.
-- reads: mart.unit_status
-- writes: nothing
-- parameters: period, generation
select '' as person_id, source || '/' || unit_code as part, accepted + warned as counted, cast(null as text[]) as row_ids
from mart.unit_status
where period = :period and generation = :generation
