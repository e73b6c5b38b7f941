-- Keyed digests of every number known of the people on a township's lists, for the guard.
-- reads: mart.list_entry, registry.person, registry.identifier
-- writes: nothing
-- parameters: period (text), generation (int), township9 (text)
with recursive family (person_id) as (
    select distinct person_id
    from mart.list_entry
    where period = :period and generation = :generation and township9 = :township9
    union
    select merged.person_id from family join registry.person merged on merged.merged_into = family.person_id
    where merged.merged_period <= :period
)
select distinct known.scheme, known.id_hmac
from family join registry.identifier known on known.person_id = family.person_id
where known.first_period <= :period
order by known.scheme, known.id_hmac
