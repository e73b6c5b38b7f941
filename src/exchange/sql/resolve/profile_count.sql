-- engine: DuckDB
-- reads: profile
-- writes: nothing; returns how many profiles there are
-- parameters: none
select count(*) as profiles from profile;
