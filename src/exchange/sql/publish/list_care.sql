-- Lists made of care alone: who is due a service, who was never served, whose services go on elsewhere or nobody
-- knows where.
-- reads: month_care, core.residence_spell, core.person
-- writes: mart.list_entry
-- parameters: period, generation
with told as (
    select
        care.list, care.township9, care.person_id, care.entry_id, care.event_date, spell.details_row_id,
        core.person_card(person) || core.spell_card(spell) || care.facts as card
    from month_care as care
    join core.residence_spell as spell on spell.spell_id = care.spell_id
    join core.person as person on person.person_id = care.person_id
    where care.list in ('due', 'unserved', 'handover', 'whereabouts')
)
insert into mart.list_entry (
    period, generation, township9, list, person_id, entry_id, row_id, event_date, sort_key, payload
)
select
    :period, :generation, township9, list, person_id, entry_id, details_row_id, event_date,
    core.sort_key(card, event_date), card
from told
