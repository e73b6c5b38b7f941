-- engine: DuckDB
-- reads: profile
-- writes: nothing (result: all of it, by number)
-- parameters: none
select * from profile order by profile
