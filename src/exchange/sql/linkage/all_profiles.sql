-- engine: DuckDB
-- reads: profile
-- writes: nothing (result: all of it)
-- parameters: none
select * from profile
