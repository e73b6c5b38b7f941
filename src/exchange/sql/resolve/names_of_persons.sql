-- engine: PostgreSQL
-- reads: all_of_wanted (asked, person_id, current_id), registry.key
-- writes: nothing; returns the sounds of the wanted persons' names
-- parameters: period
select distinct a.current_id as person_id, k.key_hmac
from all_of_wanted a join registry.key k on k.person_id = a.person_id
where k.key_kind = 'name' and k.first_period < :period;
