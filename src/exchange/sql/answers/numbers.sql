-- Whose numbers these are now.
-- reads: registry.identifier, registry.current_person
-- writes: nothing
-- parameters: digests (bytea[])
select identifier.id_hmac, known.current_id as person_id
from registry.identifier as identifier
join registry.current_person as known on known.person_id = identifier.person_id
where identifier.id_hmac = any(cast(:digests as bytea[]))
