-- engine: DuckDB
-- reads: key_of
-- writes: nothing (result: all of it, in order)
-- parameters: none
select key, profile, is_sure from key_of order by profile, key
