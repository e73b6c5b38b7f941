-- engine: DuckDB
-- reads: hidden_profile (of the rows no tier settled)
-- writes: profile (the hidden rows after all others)
-- parameters: $first (number of the first of them)
insert into profile by name
select hidden_profile.* replace (hidden_profile.profile + $first as profile) from hidden_profile;
