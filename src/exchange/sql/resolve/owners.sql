-- engine: PostgreSQL
-- reads: wanted_identifier (scheme, id_hmac), registry.identifier, merged_before
-- writes: nothing; returns whose the wanted numbers were before the period
-- parameters: period
-- A lookup in the index for each (lateral, offset 0): a join would read the register from end to end every month.
select w.scheme, w.id_hmac, coalesce(m.current_id, i.person_id) as person_id
from (select scheme, id_hmac from wanted_identifier order by scheme, id_hmac) as w
cross join lateral (
    select person_id from registry.identifier
    where scheme = w.scheme and id_hmac = w.id_hmac and first_period < :period
    offset 0
) as i
left join merged_before as m on m.person_id = i.person_id;
