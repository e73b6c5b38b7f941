-- engine: DuckDB
-- reads: hidden_pair
-- writes: nothing; returns all of it, in order
-- parameters: none
select match_key, join_key_l, join_key_r from hidden_pair order by join_key_l, join_key_r;
