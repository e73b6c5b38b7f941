-- The lists of one township in a publication, each person with the sealed number by which it was best known then:
-- a workbook written again later must not know what only a later month brought.
-- reads: mart.list_entry, registry.person, registry.identifier, vault.identity
-- writes: nothing
-- parameters: period (text), generation (int), township9 (text), lists (text[] or null for all)
with recursive entry as (
    select list, person_id, entry_id, payload
    from mart.list_entry
    where period = :period and generation = :generation and township9 = :township9
        and (cast(:lists as text[]) is null or list = any(cast(:lists as text[])))
),
family (current_id, person_id) as (
    select distinct person_id, person_id from entry
    union
    select family.current_id, merged.person_id
    from family join registry.person merged on merged.merged_into = family.person_id
    where merged.merged_period <= :period
),
number as (
    select distinct on (family.current_id) family.current_id, vault.id_cipher
    from family
    join registry.identifier known on known.person_id = family.person_id
    join vault.identity vault on vault.id_hmac = known.id_hmac
    where known.first_period <= :period
    order by family.current_id, (known.scheme = 'resident') desc, known.first_period desc, known.id_hmac
)
select entry.list, entry.person_id, entry.entry_id, entry.payload::text as payload, number.id_cipher
from entry left join number on number.current_id = entry.person_id
order by entry.list, entry.person_id, entry.entry_id
