-- The comprehensive record of everybody here six months or more: basic facts, marriage and birth, health, services,
-- with what it lacks by the declared rules. Sensitive services are no part of it: a record must read the same with
-- and without them, but for the record's number, which any service row may carry.
-- reads: month_stock, month_archive_rule, core.residence_spell, core.person, core.service, core.pregnancy,
-- registry.current_person, registry.identifier
-- writes: mart.list_entry
-- parameters: period, generation, as_of, year_start, sensitive, immunisation_class, record_class, senior_item
with long as (
    select * from month_stock where has_stayed_6_months
),
numbered as (
    select distinct known.current_id as person_id
    from registry.identifier as identifier
    join registry.current_person as known on known.person_id = identifier.person_id
    where identifier.scheme in ('resident', 'permit', 'birth_cert')
        and known.current_id in (select person_id from long)
),
served as (
    select
        service.person_id,
        bool_or(has_ehr) as has_record,
        bool_or(ehr_standard) filter (where service_class = :record_class) as is_standard,
        bool_or(service_class = :immunisation_class
            and (certificate_number is not null or certificate_created is not null)) as certificate,
        max(service_date) filter (where service_item = :senior_item and service_date between :year_start and :as_of)
            as examined_on,
        max(service_date) filter (where is_open_class and service_date <= :as_of
            and service_date > cast(:as_of as date) - interval '12 months') as last_service,
        count(*) filter (where is_open_class and service_date <= :as_of
            and service_date > cast(:as_of as date) - interval '12 months') as services,
        array_agg(distinct service_class order by service_class) filter (where is_open_class and service_date <= :as_of
            and service_date > cast(:as_of as date) - interval '12 months') as service_classes
    from (select *, service_class <> all(:sensitive) as is_open_class from core.service) as service
    where service.period <= :period and service.person_id in (select person_id from long)
    group by service.person_id
),
delivered as (
    select person_id, max(delivery_date) as last_delivery
    from core.pregnancy
    where delivery_date <= :as_of and person_id in (select person_id from long)
    group by person_id
),
-- Made once: every rule of `judged` looks into the card.
filed as materialized (
    select
        long.township9, long.person_id, long.age, spell.details_row_id, spell.arrive_date,
        core.person_card(person) || core.spell_card(spell) || jsonb_strip_nulls(jsonb_build_object(
            'ethnicity', person.ethnicity, 'education', person.education, 'marital', person.marital,
            'employer', spell.employer, 'stay_reason', spell.stay_reason, 'stay_place', spell.stay_place,
            'has_number', case when numbered.person_id is not null then true end,
            'last_delivery', delivered.last_delivery,
            'has_record', nullif(served.has_record, false), 'is_standard', served.is_standard,
            'certificate', nullif(served.certificate, false), 'examined_on', served.examined_on,
            'services', nullif(served.services, 0), 'last_service', served.last_service,
            'service_classes', to_jsonb(served.service_classes)
        )) as card
    from long
    join core.residence_spell as spell on spell.spell_id = long.spell_id
    join core.person as person on person.person_id = long.person_id
    left join numbered on numbered.person_id = long.person_id
    left join served on served.person_id = long.person_id
    left join delivered on delivered.person_id = long.person_id
),
judged as (
    select
        filed.*,
        (
            select array_agg(rule.title order by rule.place)
            from month_archive_rule as rule
            where coalesce(filed.age, 0) between rule.from_age and rule.to_age
                and filed.card -> rule.field is null
        ) as missing
    from filed
)
insert into mart.list_entry (
    period, generation, township9, list, person_id, entry_id, row_id, event_date, sort_key, payload
)
select
    :period, :generation, township9, 'archive', person_id, '', details_row_id, arrive_date,
    core.sort_key(card, arrive_date),
    card || jsonb_build_object('complete', missing is null) || jsonb_strip_nulls(jsonb_build_object('missing', missing))
from judged
