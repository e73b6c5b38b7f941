-- K17 and K18: women registered on the day they gave birth this year, booked before week 13, and examined five times.
-- reads: core.pregnancy, core.residence_spell
-- writes: mart.figure
-- parameters: period, generation, places, year_start, as_of
with mother as (
    select distinct on (pregnancy.person_id, pregnancy.delivery_date)
        spell.township9,
        coalesce(pregnancy.booked_date - pregnancy.last_menses < 91, false) as is_early,
        coalesce(pregnancy.antenatal_days >= 5, false) as has_five
    from core.pregnancy as pregnancy
    join core.residence_spell as spell
        on spell.person_id = pregnancy.person_id and spell.scope_group = 'default'
        and core.covers(spell, pregnancy.delivery_date)
    where pregnancy.delivery_date between :year_start and :as_of
    order by pregnancy.person_id, pregnancy.delivery_date, pregnancy.last_menses nulls last, spell.register_date desc
),
counted as (
    select
        coalesce(township9, 'district') as township9,
        count(*) filter (where is_early) as early,
        count(*) filter (where has_five) as five,
        count(*) as denominator
    from mother
    group by grouping sets ((township9), ())
)
insert into mart.figure (period, generation, township9, name, grouping, numerator, denominator, status)
select
    :period, :generation, place.township9, figure.name, '',
    coalesce(case figure.name when 'K17' then counted.early else counted.five end, 0),
    coalesce(counted.denominator, 0),
    case when coalesce(counted.denominator, 0) = 0 then 'NO_DENOMINATOR' else 'PARTIAL' end
from unnest(cast(:places as text[])) as place (township9)
cross join (values ('K17'), ('K18')) as figure (name)
left join counted on counted.township9 = place.township9
