-- The lists of the months so far in their newest generation, each person with the sealed number that identifies best.
-- reads: mart.list_entry, ledger.generation, registry.current_person, registry.identifier, vault.identity
-- writes: nothing
-- parameters: period
with newest as (
    select period, max(generation) as generation
    from ledger.generation
    where period <= :period
    group by period
),
entry as (
    select listed.period, listed.list, listed.township9, known.current_id as person_id, listed.sort_key
    from mart.list_entry as listed
    join newest on newest.period = listed.period and newest.generation = listed.generation
    join registry.current_person as known on known.person_id = listed.person_id
    where listed.list not in (
        'served', 'due', 'unserved', 'handover', 'verifying', 'changes', 'archive', 'regrouped', 'whereabouts'
    )
),
best_number as (
    select distinct on (known.current_id) known.current_id as person_id, kept.id_cipher
    from registry.identifier as identifier
    join registry.current_person as known on known.person_id = identifier.person_id
    join vault.identity as kept on kept.id_hmac = identifier.id_hmac
    where known.current_id in (select person_id from entry)
        and identifier.scheme in ('resident', 'permit', 'birth_cert')
    order by
        known.current_id, array_position(array['resident', 'permit', 'birth_cert'], identifier.scheme),
        identifier.first_period, identifier.id_hmac
)
select entry.period, entry.list, entry.township9, best_number.id_cipher
from entry
left join best_number on best_number.person_id = entry.person_id
order by entry.period, entry.list, entry.township9, entry.sort_key, entry.person_id
