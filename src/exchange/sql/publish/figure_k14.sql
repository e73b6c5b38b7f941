-- K14: live-born of mothers registered on day 28, visited at least twice (K14) or once (K14_ge1) within 30 days.
-- reads: core.pregnancy, core.residence_spell, core.person, core.service
-- writes: mart.figure
-- parameters: period, generation, places, year_start, as_of, newborn_items
with delivered as (
    select person_id, delivery_date, max(live_births) as live_births
    from core.pregnancy
    where delivery_date between :year_start and cast(:as_of as date) - 28
    group by person_id, delivery_date
),
mothers as (
    select distinct on (delivered.person_id, delivered.delivery_date)
        delivered.*, spell.township9
    from delivered
    join core.residence_spell as spell
        on spell.person_id = delivered.person_id and spell.scope_group = 'default'
        and core.covers(spell, delivered.delivery_date + 28)
    order by delivered.person_id, delivered.delivery_date, spell.register_date desc
),
newborn as (
    select person_id, service_date, birth_date, guardian_person_id, guardian_name_key
    from core.service
    where service_item = any(:newborn_items) and period <= :period
        and service_date between birth_date and birth_date + 30
),
visit as (
    select mothers.person_id, mothers.delivery_date, newborn.person_id as child_id, newborn.service_date
    from mothers
    join newborn
        on newborn.guardian_person_id = mothers.person_id and newborn.birth_date = mothers.delivery_date
    union all
    select mothers.person_id, mothers.delivery_date, newborn.person_id, newborn.service_date
    from mothers
    join core.person as mother on mother.person_id = mothers.person_id
    join newborn
        on newborn.guardian_name_key = mother.name_key and newborn.birth_date = mothers.delivery_date
    where newborn.guardian_person_id is null
),
visited as (
    select person_id, delivery_date, child_id, count(distinct service_date) as days
    from visit
    group by person_id, delivery_date, child_id
),
per_delivery as (
    select
        mothers.township9,
        coalesce(mothers.live_births, 0) as live_births,
        least(count(visited.child_id) filter (where visited.days >= 2), coalesce(mothers.live_births, 0)) as twice,
        least(count(visited.child_id), coalesce(mothers.live_births, 0)) as once
    from mothers
    left join visited on visited.person_id = mothers.person_id and visited.delivery_date = mothers.delivery_date
    group by mothers.person_id, mothers.delivery_date, mothers.township9, mothers.live_births
),
counted as (
    select
        coalesce(township9, 'district') as township9,
        sum(twice) as twice, sum(once) as once, sum(live_births) as live_births
    from per_delivery
    group by grouping sets ((township9), ())
)
insert into mart.figure (period, generation, township9, name, grouping, numerator, denominator, status)
select
    :period, :generation, place.township9, figure.name, '',
    coalesce(case figure.name when 'K14' then counted.twice else counted.once end, 0),
    coalesce(counted.live_births, 0),
    case when coalesce(counted.live_births, 0) = 0 then 'NO_DENOMINATOR' else 'COMPUTED' end
from unnest(cast(:places as text[])) as place (township9)
cross join (values ('K14'), ('K14_ge1')) as figure (name)
left join counted on counted.township9 = place.township9
