-- A guardian's number that has become known belongs to a person: names her on the children's service rows.
-- reads: registry.identifier, registry.current_person
-- writes: core.service
-- parameters: scheme
update core.service as service
set guardian_person_id = known.current_id
from registry.identifier as identifier
join registry.current_person as known on known.person_id = identifier.person_id
where identifier.scheme = :scheme
    and identifier.id_hmac = service.guardian_hmac
    and service.guardian_person_id is distinct from known.current_id
