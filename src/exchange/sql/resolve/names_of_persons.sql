-- engine: PostgreSQL
-- reads: all_of_wanted (asked, person_id, current_id), registry.key
-- writes: nothing; returns the sounds of the wanted persons' names
-- parameters: period
-- A lookup in the index for each (lateral, offset 0): a join would read the register from end to end every month.
select distinct a.current_id as person_id, k.key_hmac
from all_of_wanted as a
cross join lateral (
    select key_hmac from registry.key where person_id = a.person_id and key_kind = 'name' and first_period < :period
    offset 0
) as k;
