-- engine: PostgreSQL
-- reads: all_of_wanted (asked, person_id, current_id), registry.person
-- writes: nothing; returns who the wanted persons are now and since when those are registered
-- parameters: none
select distinct a.asked, a.current_id as person_id, p.first_period
from all_of_wanted a join registry.person p on p.person_id = a.current_id;
