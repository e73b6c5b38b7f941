-- Schemes in which two persons each have a number, and the numbers differ: they cannot be one person.
-- reads: registry.identifier, registry.current_person
-- writes: nothing
-- parameters: one, other (person ids)
with owned as (
    select owner.current_id as person_id, known.scheme, known.id_hmac
    from registry.identifier as known
    join registry.current_person as owner on owner.person_id = known.person_id
    where owner.current_id in (:one, :other)
)
select distinct a.scheme
from owned as a
join owned as b on b.scheme = a.scheme and b.id_hmac <> a.id_hmac
where a.person_id = :one and b.person_id = :other
order by a.scheme
