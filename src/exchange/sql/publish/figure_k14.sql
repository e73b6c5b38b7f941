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
visited as (
    select mothers.person_id, mothers.delivery_date, child.person_id as child_id, count(distinct child.service_date) as days
    from mothers
    join core.person as mother on mother.person_id = mothers.person_id
    join core.service as child
        on child.birth_date = mothers.delivery_date
        and child.service_item = any(:newborn_items)
        and child.period <= :period
        and child.service_date between mothers.delivery_date and mothers.delivery_date + 30
        and (
            child.guardian_person_id = mothers.person_id
            or (child.guardian_person_id is null and child.guardian_name_key = mother.name_key)
        )
    group by mothers.person_id, mothers.delivery_date, child.person_id
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
