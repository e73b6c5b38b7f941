-- Deliveries no earlier month listed, of mothers registered on the day or at the end of the month.
-- reads: core.pregnancy, core.residence_spell, core.person, core.service, mart.list_entry, registry.current_person
-- writes: mart.list_entry
-- parameters: period, generation, as_of, month_start
with fresh as (
    select distinct on (pregnancy.person_id, pregnancy.delivery_date)
        pregnancy.*, spell.spell_id, spell.township9
    from core.pregnancy as pregnancy
    join core.residence_spell as spell
        on spell.person_id = pregnancy.person_id and spell.scope_group = 'default'
        and (core.is_open(spell, :period) or core.covers(spell, pregnancy.delivery_date))
    where pregnancy.delivery_date <= :as_of
        and not exists (
            select from mart.list_entry as listed
            join registry.current_person as known on known.person_id = listed.person_id
            where listed.list = 'births' and listed.period < :period
                and known.current_id = pregnancy.person_id and listed.event_date = pregnancy.delivery_date
        )
    order by pregnancy.person_id, pregnancy.delivery_date, core.is_open(spell, :period) desc, spell.register_date desc
),
born as (
    select
        fresh.township9, fresh.person_id, fresh.row_ids, fresh.delivery_date,
        core.person_card(person) || core.spell_card(spell) || jsonb_strip_nulls(jsonb_build_object(
            'marital', person.marital, 'last_menses', fresh.last_menses, 'delivery_date', fresh.delivery_date,
            'delivery_place', fresh.delivery_place, 'live_births', fresh.live_births,
            'postnatal_visits', fresh.postnatal_days, 'visits', fresh.antenatal_days,
            'late', fresh.delivery_date < :month_start,
            'newborn_sex', (
                select to_jsonb(array_agg(child.sex order by child.person_id))
                from core.person as child
                where child.sex is not null and child.person_id in (
                    select service.person_id from core.service
                    where service.guardian_person_id = fresh.person_id and service.birth_date = fresh.delivery_date
                )
            )
        )) as card
    from fresh
    join core.residence_spell as spell on spell.spell_id = fresh.spell_id
    join core.person as person on person.person_id = fresh.person_id
)
insert into mart.list_entry (
    period, generation, township9, list, person_id, entry_id, row_id, event_date, sort_key, payload
)
select
    :period, :generation, township9, 'births', person_id, delivery_date::text, row_ids[array_upper(row_ids, 1)],
    delivery_date, core.sort_key(card, delivery_date), card
from born
