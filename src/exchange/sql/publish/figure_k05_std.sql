-- K05_std: here six months or more, with a record ever declared standard.
-- reads: month_stock, core.service
-- writes: mart.figure
-- parameters: period, generation, places, record_class
with counted as (
    select
        coalesce(target.township9, 'district') as township9,
        count(done.person_id) as numerator,
        count(*) as denominator
    from month_stock as target
    left join (
        select distinct person_id from core.service
        where period <= :period and service_class = :record_class and ehr_standard
    ) as done on done.person_id = target.person_id
    where target.has_stayed_6_months
    group by grouping sets ((target.township9), ())
)
insert into mart.figure (period, generation, township9, name, grouping, numerator, denominator, status)
select
    :period, :generation, place.township9, 'K05_std', '',
    coalesce(counted.numerator, 0),
    coalesce(counted.denominator, 0),
    case when coalesce(counted.denominator, 0) = 0 then 'NO_DENOMINATOR' else 'COMPUTED' end
from unnest(cast(:places as text[])) as place (township9)
left join counted on counted.township9 = place.township9
