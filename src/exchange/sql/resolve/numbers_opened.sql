-- engine: PostgreSQL
-- reads: wanted_identifier (scheme, id_hmac), wanted_person (person_id), registry.identifier, merged_before
-- writes: nothing; returns which of the wanted numbers belong to the wanted persons, and since when
-- parameters: period
select known.scheme, known.id_hmac, wanted_person.person_id, known.first_period
from wanted_identifier as wanted
join registry.identifier as known
    on known.scheme = wanted.scheme and known.id_hmac = wanted.id_hmac and known.first_period < :period
left join merged_before as merged on merged.person_id = known.person_id
join wanted_person on wanted_person.person_id = coalesce(merged.current_id, known.person_id)
order by known.scheme, known.id_hmac;
