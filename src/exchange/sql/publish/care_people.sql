-- People whose care is reckoned: registered at the end of the month, or gone in it; with doses, services, pregnancy.
-- Doses and services are JSON arrays in order of day; the sensitive classes are no part of them.
-- reads: month_stock, core.register_event, core.residence_spell, core.person, core.service, core.pregnancy
-- writes: nothing
-- parameters: period, as_of, immunisation_class, care_classes
with concerned as (
    select spell_id, person_id, township9, true as is_here, has_stayed_3_months, cast(null as text) as destination,
        cast(null as date) as left_on, false as is_back
    from month_stock
    union all
    select
        event.spell_id, event.person_id, event.township9, false, false,
        case when event.kind = 'MOVE_OUT' then (
            select next_one.township9
            from core.register_event as next_one
            where next_one.person_id = event.person_id and next_one.period = :period and next_one.kind = 'MOVE_IN'
                and next_one.event_date >= event.event_date and next_one.township9 <> event.township9
            order by next_one.event_date, next_one.row_id
            limit 1
        ) end,
        event.event_date,
        exists (select from month_stock as stock where stock.person_id = event.person_id)
    from core.register_event as event
    where event.period = :period and event.scope_group = 'default' and event.kind in ('OUT', 'MOVE_OUT')
),
everybody as (
    select distinct person_id from concerned
),
dosed as (
    select
        service.person_id,
        json_agg(json_build_array(coalesce(dose_date, service_date), vaccine, dose_number)
            order by coalesce(dose_date, service_date), vaccine, dose_number, row_id)::text as doses
    from core.service as service
    join everybody on everybody.person_id = service.person_id
    where service.service_class = :immunisation_class and service.vaccine is not null
        and coalesce(dose_date, service_date) <= :as_of
    group by service.person_id
),
served as (
    select
        service.person_id,
        json_agg(json_build_array(service_date, service_item) order by service_date, service_item, row_id)::text
            as services
    from core.service as service
    join everybody on everybody.person_id = service.person_id
    where service.service_class = any(:care_classes) and service_item is not null and service_date <= :as_of
    group by service.person_id
),
latest as (
    select distinct on (pregnancy.person_id) pregnancy.*
    from core.pregnancy as pregnancy
    join everybody on everybody.person_id = pregnancy.person_id
    where pregnancy.last_menses <= :as_of
    order by pregnancy.person_id, pregnancy.last_menses desc
),
expecting as (
    select person_id, last_menses, booked_date
    from latest
    where cast(:as_of as date) - last_menses < 308
        and coalesce(delivery_date > :as_of, true) and coalesce(termination > :as_of, true)
),
delivered as (
    select pregnancy.person_id, max(pregnancy.delivery_date) as delivery_date
    from core.pregnancy as pregnancy
    join everybody on everybody.person_id = pregnancy.person_id
    where pregnancy.delivery_date <= :as_of
    group by pregnancy.person_id
)
select
    concerned.spell_id, concerned.person_id, concerned.township9, concerned.is_here, concerned.has_stayed_3_months,
    concerned.destination, person.hukou_code6, concerned.left_on, concerned.is_back, person.birth_date, coalesce(spell.arrive_date, spell.register_date) as here_since,
    dosed.doses, served.services, expecting.last_menses, expecting.booked_date, delivered.delivery_date
from concerned
join core.residence_spell as spell on spell.spell_id = concerned.spell_id
join core.person as person on person.person_id = concerned.person_id
left join dosed on dosed.person_id = concerned.person_id
left join served on served.person_id = concerned.person_id
left join expecting on expecting.person_id = concerned.person_id and person.sex = '2'
    and core.full_years(person.birth_date, :as_of) between 15 and 49
left join delivered on delivered.person_id = concerned.person_id
where person.birth_date > cast(:as_of as date) - interval '84 months'
    or extract(year from person.birth_date) + 65 <= extract(year from cast(:as_of as date))
    or served.services is not null
    or expecting.last_menses is not null
    or delivered.delivery_date is not null
order by concerned.spell_id, concerned.is_here
