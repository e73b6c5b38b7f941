-- First block of the monthly report: the balance and the stock of the default scopes.
-- Flows are null where no register was reported and nothing moved: not reported is not nought.
-- reads: mart.balance, mart.unit_status, month_stock
-- writes: mart.report_line
-- parameters: period, generation, places, register_sources
with reported as (
    select coalesce(township9, 'district') as township9, bool_or(status in ('reported', 'zero')) as has_register
    from mart.unit_status
    where period = :period and generation = :generation and source = any(:register_sources)
    group by grouping sets ((township9), ())
),
flow as (
    select
        balance.*,
        coalesce(reported.has_register, false)
        or "new" + late_reg + move_in + "return" + "out" + move_out + "cancel" > 0 as is_told
    from mart.balance as balance
    left join reported on reported.township9 = balance.township9
    where balance.period = :period and balance.generation = :generation and balance.scope_group = 'default'
),
stock as (
    select
        coalesce(place.township9, 'district') as township9, long.is_long,
        count(*) as closing,
        count(*) filter (where scope = 'inter_province') as inter_province,
        count(*) filter (where scope = 'inter_city_same_province') as inter_city,
        count(*) filter (where scope = 'inter_county_same_city') as inter_county,
        count(*) filter (where sex = '1') as male,
        count(*) filter (where sex = '2') as female,
        count(*) filter (where sex is null or sex not in ('1', '2')) as sex_unknown,
        count(*) filter (where age < 7) as children_0_6,
        count(*) filter (where sex = '2' and age between 15 and 49) as women_15_49,
        count(*) filter (where sex = '2' and age between 15 and 49 and is_ever_married) as ever_married_women,
        count(*) filter (where age >= 65) as aged_65
    from month_stock as place
    cross join (values (false), (true)) as long (is_long)
    where not long.is_long or place.has_stayed_6_months
    group by grouping sets ((place.township9, long.is_long), (long.is_long))
),
line as (
    select
        place.township9, named.name, named.persons as migrant, cast(null as bigint) as ge6m
    from unnest(cast(:places as text[])) as place (township9)
    left join flow on flow.township9 = place.township9
    cross join lateral (values
        ('opening', flow.opening),
        ('inflow', case when is_told then flow."new" + flow.late_reg + flow.move_in + flow."return" end),
        ('new', case when is_told then flow."new" end),
        ('late_reg', case when is_told then flow.late_reg end),
        ('move_in', case when is_told then flow.move_in end),
        ('return', case when is_told then flow."return" end),
        ('outflow', case when is_told then flow."out" + flow.move_out end),
        ('cancel', case when is_told then flow."cancel" end)
    ) as named (name, persons)
    union all
    select place.township9, named.name, coalesce(named.persons, 0), coalesce(named.long, 0)
    from unnest(cast(:places as text[])) as place (township9)
    left join stock as everybody on everybody.township9 = place.township9 and not everybody.is_long
    left join stock as long on long.township9 = place.township9 and long.is_long
    cross join lateral (values
        ('closing', everybody.closing, long.closing),
        ('inter_province', everybody.inter_province, long.inter_province),
        ('inter_city', everybody.inter_city, long.inter_city),
        ('inter_county', everybody.inter_county, long.inter_county),
        ('male', everybody.male, long.male),
        ('female', everybody.female, long.female),
        ('sex_unknown', everybody.sex_unknown, long.sex_unknown),
        ('children_0_6', everybody.children_0_6, long.children_0_6),
        ('women_15_49', everybody.women_15_49, long.women_15_49),
        ('ever_married_women', everybody.ever_married_women, long.ever_married_women),
        ('aged_65', everybody.aged_65, long.aged_65)
    ) as named (name, persons, long)
)
insert into mart.report_line (period, generation, township9, line, migrant, ge6m)
select :period, :generation, township9, name, migrant, ge6m from line
