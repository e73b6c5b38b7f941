-- engine: DuckDB
-- reads: pair
-- writes: nothing (result: all of it, in order)
-- parameters: none
select match_key, join_key_l, join_key_r from pair order by join_key_l, join_key_r
