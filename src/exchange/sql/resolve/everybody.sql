-- engine: PostgreSQL
-- reads: registry.person
-- writes: nothing; returns everybody registered before the period and not merged into somebody
-- parameters: period
select person_id from registry.person
where first_period < :period and merged_into is null
order by person_id;
