-- engine: DuckDB
-- reads: known_profile
-- writes: nothing; returns the persons, as they were named then, of the earlier profiles
-- parameters: none
select distinct person_id from known_profile order by person_id;
