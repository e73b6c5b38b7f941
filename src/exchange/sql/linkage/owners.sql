-- engine: DuckDB
-- reads: evidence
-- writes: nothing (result: record, number, of records whose number is valid and undisputed)
-- parameters: none
select record, number from evidence where number is not null order by record
