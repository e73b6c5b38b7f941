-- engine: PostgreSQL
-- reads: all_of_wanted (asked, person_id, current_id), registry.identifier
-- writes: nothing; returns every number the wanted persons had before the period
-- parameters: period
-- A lookup in the index for each (lateral, offset 0): a join would read the register from end to end every month.
select distinct a.current_id as person_id, i.scheme, i.id_hmac
from all_of_wanted as a
cross join lateral (
    select scheme, id_hmac from registry.identifier where person_id = a.person_id and first_period < :period offset 0
) as i;
