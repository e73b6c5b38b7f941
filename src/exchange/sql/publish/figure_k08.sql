-- K08: free family planning procedures among all given to migrants this year; a township is where the clinic is.
-- reads: core.service
-- writes: mart.figure
-- parameters: period, generation, places, year_start, as_of, procedure_item
with counted as (
    select
        coalesce(township9, 'district') as township9,
        count(*) filter (where is_free) as numerator,
        count(*) as denominator
    from core.service
    where period <= :period and service_item = :procedure_item and service_date between :year_start and :as_of
        and resident_group in ('migrant', 'migrant_unregistered')
    group by grouping sets ((township9), ())
)
insert into mart.figure (period, generation, township9, name, grouping, numerator, denominator, status)
select
    :period, :generation, place.township9, 'K08', '',
    coalesce(counted.numerator, 0),
    coalesce(counted.denominator, 0),
    case when coalesce(counted.denominator, 0) = 0 then 'NO_DENOMINATOR' else 'PARTIAL' end
from unnest(cast(:places as text[])) as place (township9)
left join counted on counted.township9 = place.township9
