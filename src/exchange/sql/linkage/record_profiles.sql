-- engine: DuckDB
-- reads: record_profile
-- writes: nothing (result: record, profile)
-- parameters: none
select record, profile from record_profile order by record
