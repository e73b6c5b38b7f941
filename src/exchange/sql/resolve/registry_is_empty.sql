-- engine: PostgreSQL
-- reads: registry.person
-- writes: nothing; returns whether nobody was registered before the period
-- parameters: period
select not exists (select from registry.person where first_period < :period) as is_empty;
