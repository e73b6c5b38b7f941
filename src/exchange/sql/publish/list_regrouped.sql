-- Who entered or left a group without moving: an age was reached, or a birth date or sex was corrected (更正).
-- reads: mart.term, core.residence_spell, core.person
-- writes: mart.list_entry
-- parameters: period, generation
with told as (
    select
        term.township9, term.person_id, term.group_name, term.term, term.row_id, term.event_date,
        core.person_card(person) || core.spell_card(spell)
        || jsonb_build_object('group', term.group_name, 'term', term.term) as card
    from mart.term as term
    join core.residence_spell as spell on spell.spell_id = term.spell_id
    join core.person as person on person.person_id = term.person_id
    where term.period = :period and term.generation = :generation
        and term.term in ('AGED_IN', 'AGED_OUT', 'CORRECTED_IN', 'CORRECTED_OUT')
)
insert into mart.list_entry (
    period, generation, township9, list, person_id, entry_id, row_id, event_date, sort_key, payload
)
select
    :period, :generation, township9, 'regrouped', person_id, group_name || '/' || term, row_id, event_date,
    core.sort_key(card, event_date), card
from told
