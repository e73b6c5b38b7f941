-- engine: PostgreSQL
-- reads: wanted_identifier (scheme, id_hmac), registry.identifier, merged_before
-- writes: nothing; returns whose the wanted numbers were before the period
-- parameters: period
select i.scheme, i.id_hmac, coalesce(m.current_id, i.person_id) as person_id
from wanted_identifier w
join registry.identifier i on i.scheme = w.scheme and i.id_hmac = w.id_hmac
left join merged_before m on m.person_id = i.person_id
where i.first_period < :period;
