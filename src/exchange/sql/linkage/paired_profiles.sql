-- engine: DuckDB
-- reads: profile, pair
-- writes: nothing (result: the profiles that stand in a pair)
-- parameters: none
select * from profile
where profile in (select join_key_l from pair union all select join_key_r from pair)
