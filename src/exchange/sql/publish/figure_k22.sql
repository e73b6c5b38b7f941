-- K22: people seen for hypertension or diabetes in the last twelve months, followed up once a quarter since the year,
-- or their first follow-up in it, began; less than a quarter asks for one.
-- reads: month_stock, core.service
-- writes: mart.figure
-- parameters: period, generation, places, year_start, as_of, chronic_items
with followed as (
    select
        service.person_id,
        count(distinct service.service_date) filter (where service.service_date >= :year_start) as days,
        greatest(min(service.service_date), cast(:year_start as date)) as since
    from core.service as service
    where service.period <= :period and service.service_item = any(:chronic_items)
        and service.service_date > cast(:as_of as date) - interval '12 months' and service.service_date <= :as_of
    group by service.person_id
),
counted as (
    select
        coalesce(stock.township9, 'district') as township9,
        count(*) filter (where days >= greatest(1, (cast(:as_of as date) + 1 - since) * 4 / 365)) as numerator,
        count(*) as denominator
    from month_stock as stock
    join followed on followed.person_id = stock.person_id
    group by grouping sets ((stock.township9), ())
)
insert into mart.figure (period, generation, township9, name, grouping, numerator, denominator, status)
select
    :period, :generation, place.township9, 'K22', '',
    coalesce(counted.numerator, 0),
    coalesce(counted.denominator, 0),
    case when coalesce(counted.denominator, 0) = 0 then 'NO_DENOMINATOR' else 'PARTIAL' end
from unnest(cast(:places as text[])) as place (township9)
left join counted on counted.township9 = place.township9
