-- engine: DuckDB
-- reads: profile, hidden_pair
-- writes: nothing; returns the profiles that stand in a pair with a hidden row, by number
-- parameters: none
select * from profile
where profile in (select join_key_l from hidden_pair union select join_key_r from hidden_pair)
order by profile;
