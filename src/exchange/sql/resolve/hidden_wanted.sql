-- engine: DuckDB
-- reads: hidden_key
-- writes: nothing; returns the distinct keys of the hidden rows
-- parameters: none
select distinct tier as key_kind, key from hidden_key order by tier, key;
