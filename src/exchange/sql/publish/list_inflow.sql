-- Everybody who came in this month: new, registered late, moved in, returned; default scopes.
-- reads: core.register_event, core.residence_spell, core.person, core.job, core.service
-- writes: mart.list_entry
-- parameters: period, generation, register_codes, employment_code, service_code, sensitive
with came as (
    select
        event.*,
        core.person_card(person) || core.spell_card(spell) || jsonb_strip_nulls(jsonb_build_object(
            'education', person.education, 'marital', person.marital, 'stay_place', spell.stay_place,
            'stay_reason', spell.stay_reason, 'plan_stay', spell.plan_stay, 'employer', spell.employer,
            'note', spell.note, 'date', event.event_date, 'inflow_type', event.kind,
            'sources', to_jsonb(array_remove(array[
                :register_code,
                case when exists (
                    select from core.job where job.person_id = event.person_id and job.period = :period
                ) then :employment_code end,
                case when exists (
                    select from core.service
                    where service.person_id = event.person_id and service.period = :period
                        and service.service_class <> all(:sensitive)
                ) then :service_code end
            ], null))
        )) as card
    from core.register_event as event
    join core.residence_spell as spell on spell.spell_id = event.spell_id
    join core.person as person on person.person_id = event.person_id
    where event.period = :period and event.scope_group = 'default'
        and event.kind in ('NEW', 'LATE_REG', 'MOVE_IN', 'RETURN')
)
insert into mart.list_entry (
    period, generation, township9, list, person_id, entry_id, row_id, event_date, sort_key, payload
)
select
    :period, :generation, township9, 'inflow', person_id, row_id, row_id, event_date,
    core.sort_key(card, (card ->> 'arrive_date')::date), card
from came
