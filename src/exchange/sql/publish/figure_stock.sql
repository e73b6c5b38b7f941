-- The stock at the end of the month by sex, age and length of stay; default scopes.
-- reads: month_stock
-- writes: mart.figure
-- parameters: period, generation, places
with counted as (
    select
        coalesce(township9, 'district') as township9,
        count(*) as total,
        count(*) filter (where sex = '1') as male,
        count(*) filter (where sex = '2') as female,
        count(*) filter (where has_stayed_6_months) as ge6m,
        count(*) filter (where age < 7) as children_0_6,
        count(*) filter (where sex = '2' and age between 15 and 49) as women_15_49,
        count(*) filter (where sex = '2' and age between 15 and 49 and is_ever_married) as ever_married_women_15_49,
        count(*) filter (where age >= 65) as aged_65
    from month_stock
    group by grouping sets ((township9), ())
)
insert into mart.figure (period, generation, township9, name, grouping, numerator, denominator, status)
select :period, :generation, place.township9, 'stock', line.name, coalesce(line.persons, 0), null, 'COMPUTED'
from unnest(cast(:places as text[])) as place (township9)
left join counted on counted.township9 = place.township9
cross join lateral (values
    ('total', counted.total), ('male', counted.male), ('female', counted.female), ('ge6m', counted.ge6m),
    ('children_0_6', counted.children_0_6), ('women_15_49', counted.women_15_49),
    ('ever_married_women_15_49', counted.ever_married_women_15_49), ('aged_65', counted.aged_65)
) as line (name, persons)
