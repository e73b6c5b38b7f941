-- engine: PostgreSQL
-- reads: all_of_wanted (asked, person_id, current_id), registry.identifier
-- writes: nothing; returns every number the wanted persons had before the period
-- parameters: period
select distinct a.current_id as person_id, i.scheme, i.id_hmac
from all_of_wanted a join registry.identifier i on i.person_id = a.person_id
where i.first_period < :period;
