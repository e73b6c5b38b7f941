-- Keyed digests of every number known of some people, for the guard of a file that is no township's.
-- reads: registry.person, registry.identifier
-- writes: nothing
-- parameters: period (text), person_ids (text[])
with recursive family (person_id) as (
    select * from unnest(cast(:person_ids as text[]))
    union
    select merged.person_id from family join registry.person merged on merged.merged_into = family.person_id
    where merged.merged_period <= :period
)
select distinct known.scheme, known.id_hmac
from family join registry.identifier known on known.person_id = family.person_id
where known.first_period <= :period
order by known.scheme, known.id_hmac
