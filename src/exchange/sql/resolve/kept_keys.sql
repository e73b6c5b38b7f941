-- engine: DuckDB
-- reads: key_of
-- writes: nothing; returns the keys of the month's profiles, for the months to come
-- parameters: $first (number of the first profile that is not of this month), $base (first number of the month)
select key, profile + $base as profile, is_sure from key_of where profile < $first order by key, profile;
