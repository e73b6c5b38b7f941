-- Every difference between the stock a month opens with and the one it closes with, by person and group: flows, ages
-- reached, and sex or birth date corrected. Who leaves takes along the groups of the opening, who came those of now.
-- reads: month_opening, mart.stock_person, core.register_event, core.residence_spell, core.person
-- writes: mart.term
-- parameters: period, generation, as_of
with closing as (
    select * from mart.stock_person where period = :period and generation = :generation
),
flow as (
    select
        event.spell_id, event.person_id, event.township9, event.kind, event.row_id, event.event_date,
        case when event.kind in ('OUT', 'MOVE_OUT', 'CANCEL') then opening.groups end as groups_before,
        coalesce(closing.groups, core.groups_of(person.sex, person.birth_date, :as_of)) as groups_now
    from core.register_event as event
    join core.person as person on person.person_id = event.person_id
    left join month_opening as opening on opening.spell_id = event.spell_id
    left join closing on closing.spell_id = event.spell_id
    where event.period = :period and event.scope_group = 'default' and event.kind <> 'IGNORED'
),
stayed as (
    select
        closing.spell_id, closing.person_id, closing.township9, opening.groups as groups_before,
        closing.groups as groups_now,
        case
            when opening.sex is distinct from closing.sex or opening.birth_date is distinct from closing.birth_date
            then 'CORRECTED' else 'AGED'
        end as why
    from closing
    join month_opening as opening on opening.spell_id = closing.spell_id
    where opening.groups <> closing.groups
),
named as (
    select flow.township9, member as group_name, flow.kind as term, flow.spell_id, flow.person_id, flow.row_id,
        flow.event_date
    from flow
    cross join unnest(coalesce(flow.groups_before, flow.groups_now)) as member
    union all
    select stayed.township9, member, stayed.why || '_IN', stayed.spell_id, stayed.person_id, spell.details_row_id, :as_of
    from stayed
    join core.residence_spell as spell on spell.spell_id = stayed.spell_id
    cross join unnest(stayed.groups_now) as member
    where member <> all(stayed.groups_before)
    union all
    select stayed.township9, member, stayed.why || '_OUT', stayed.spell_id, stayed.person_id, spell.details_row_id, :as_of
    from stayed
    join core.residence_spell as spell on spell.spell_id = stayed.spell_id
    cross join unnest(stayed.groups_before) as member
    where member <> all(stayed.groups_now)
)
insert into mart.term (
    period, generation, township9, group_name, term, spell_id, person_id, row_id, event_date
)
select :period, :generation, township9, group_name, term, spell_id, person_id, row_id, event_date
from named
