-- engine: DuckDB
-- reads: node_key
-- writes: nothing; returns every distinct key that is kept (a candidate's key is only looked at within the month)
-- parameters: none
select distinct tier as key_kind, key from node_key where tier <> 'CANDIDATE' order by tier, key;
