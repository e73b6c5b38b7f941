-- engine: DuckDB
-- reads: profile, pair
-- writes: nothing; returns the profiles that stand in a pair, by number
-- parameters: none
select * from profile
where profile in (select join_key_l from pair union select join_key_r from pair)
order by profile;
