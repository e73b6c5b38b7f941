-- K19: women delivered this year and registered on day 42, with two postnatal rows or more on different days.
-- reads: core.pregnancy, core.residence_spell, core.service
-- writes: mart.figure
-- parameters: period, generation, places, year_start, as_of, postnatal_items
with delivered as (
    select person_id, delivery_date
    from core.pregnancy
    where delivery_date between :year_start and cast(:as_of as date) - 42
    group by person_id, delivery_date
),
mothers as (
    select distinct on (delivered.person_id, delivered.delivery_date)
        delivered.*, spell.township9
    from delivered
    join core.residence_spell as spell
        on spell.person_id = delivered.person_id and spell.scope_group = 'default'
        and core.covers(spell, delivered.delivery_date + 42)
    order by delivered.person_id, delivered.delivery_date, spell.register_date desc
),
visited as (
    select mothers.person_id, mothers.delivery_date, count(distinct service.service_date) as days
    from mothers
    join core.service as service
        on service.person_id = mothers.person_id
        and service.service_item = any(:postnatal_items)
        and service.period <= :period
        and coalesce(service.delivery_date, mothers.delivery_date) = mothers.delivery_date
    group by mothers.person_id, mothers.delivery_date
),
counted as (
    select
        coalesce(mothers.township9, 'district') as township9,
        count(*) filter (where visited.days >= 2) as numerator,
        count(*) as denominator
    from mothers
    left join visited on visited.person_id = mothers.person_id and visited.delivery_date = mothers.delivery_date
    group by grouping sets ((mothers.township9), ())
)
insert into mart.figure (period, generation, township9, name, grouping, numerator, denominator, status)
select
    :period, :generation, place.township9, 'K19', '',
    coalesce(counted.numerator, 0),
    coalesce(counted.denominator, 0),
    case when coalesce(counted.denominator, 0) = 0 then 'NO_DENOMINATOR' else 'COMPUTED' end
from unnest(cast(:places as text[])) as place (township9)
left join counted on counted.township9 = place.township9
