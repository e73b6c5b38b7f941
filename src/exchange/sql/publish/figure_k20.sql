-- K20: those who reach 65 this year, here six months or more, examined this year.
-- reads: month_stock, core.service
-- writes: mart.figure
-- parameters: period, generation, places, year_start, as_of, senior_item
with counted as (
    select
        coalesce(target.township9, 'district') as township9,
        count(done.person_id) as numerator,
        count(*) as denominator
    from month_stock as target
    left join (
        select distinct person_id from core.service
        where period <= :period and service_item = :senior_item
            and service_date between :year_start and :as_of
    ) as done on done.person_id = target.person_id
    where target.reaches_65 and target.has_stayed_6_months
    group by grouping sets ((target.township9), ())
)
insert into mart.figure (period, generation, township9, name, grouping, numerator, denominator, status)
select
    :period, :generation, place.township9, 'K20', '',
    coalesce(counted.numerator, 0),
    coalesce(counted.denominator, 0),
    case when coalesce(counted.denominator, 0) = 0 then 'NO_DENOMINATOR' else 'COMPUTED' end
from unnest(cast(:places as text[])) as place (township9)
left join counted on counted.township9 = place.township9
