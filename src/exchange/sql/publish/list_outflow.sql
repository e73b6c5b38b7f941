-- Everybody who left, moved out or was cancelled this month; default scopes.
-- reads: core.register_event, core.residence_spell, core.person
-- writes: mart.list_entry
-- parameters: period, generation
with gone as (
    select
        event.*,
        core.person_card(person) || core.spell_card(spell) || jsonb_strip_nulls(jsonb_build_object(
            'outflow_type', event.kind, 'cancel_reason', spell.close_reason, 'date', event.event_date,
            'destination', case when event.kind = 'MOVE_OUT' then (
                select next_one.township9
                from core.register_event as next_one
                where next_one.person_id = event.person_id and next_one.period = :period and next_one.kind = 'MOVE_IN'
                    and next_one.event_date >= event.event_date and next_one.township9 <> event.township9
                order by next_one.event_date, next_one.row_id
                limit 1
            ) end
        )) as card
    from core.register_event as event
    join core.residence_spell as spell on spell.spell_id = event.spell_id
    join core.person as person on person.person_id = event.person_id
    where event.period = :period and event.scope_group = 'default' and event.kind in ('OUT', 'MOVE_OUT', 'CANCEL')
)
insert into mart.list_entry (
    period, generation, township9, list, person_id, entry_id, row_id, event_date, sort_key, payload
)
select
    :period, :generation, township9, 'outflow', person_id, spell_id, row_id, event_date,
    core.sort_key(card, event_date), card
from gone
