-- engine: PostgreSQL
-- reads: all_of_wanted (asked, person_id, current_id), registry.person
-- writes: nothing; returns who the wanted persons are now and since when those are registered
-- parameters: none
-- A lookup in the index for each (lateral, offset 0): a join would read the register from end to end every month.
select distinct a.asked, a.current_id as person_id, p.first_period
from all_of_wanted as a
cross join lateral (select first_period from registry.person where person_id = a.current_id offset 0) as p;
