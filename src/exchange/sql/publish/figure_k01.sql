-- K01: doses due to children under seven, here three months or more, and those of them that are on record.
-- reads: month_doses, month_stock
-- writes: mart.figure
-- parameters: period, generation, places
with counted as (
    select coalesce(stock.township9, 'district') as township9, sum(doses.met) as numerator, sum(doses.due) as denominator
    from month_doses as doses
    join month_stock as stock on stock.spell_id = doses.spell_id
    where stock.has_stayed_3_months
    group by grouping sets ((stock.township9), ())
)
insert into mart.figure (period, generation, township9, name, grouping, numerator, denominator, status)
select
    :period, :generation, place.township9, 'K01', '',
    coalesce(counted.numerator, 0),
    coalesce(counted.denominator, 0),
    case when coalesce(counted.denominator, 0) = 0 then 'NO_DENOMINATOR' else 'PARTIAL' end
from unnest(cast(:places as text[])) as place (township9)
left join counted on counted.township9 = place.township9
