-- Numbers that go with the rows a person loses; whose they were before stays on record.
-- reads: month_moved_number, registry.current_person
-- writes: registry.identifier, registry.former_identifier
-- parameters: period
with moved as (
    select known.scheme, known.id_hmac, known.person_id, known.first_period, fresh.person_id as into_id
    from month_moved_number as fresh
    join registry.identifier as known on known.scheme = fresh.scheme and known.id_hmac = fresh.id_hmac
    join registry.current_person as owner on owner.person_id = known.person_id
    where owner.current_id <> fresh.person_id
),
remembered as (
    insert into registry.former_identifier (scheme, id_hmac, valid_from, valid_to, person_id)
    select scheme, id_hmac, first_period, :period, person_id from moved
    where first_period < :period
)
update registry.identifier as known
set person_id = moved.into_id, first_period = :period
from moved
where known.scheme = moved.scheme and known.id_hmac = moved.id_hmac
