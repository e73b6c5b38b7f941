-- K27: the missed among them and the registered migrants whom employment or services saw this month as well.
-- reads: mart.list_entry, month_stock, core.job, core.service
-- writes: mart.figure
-- parameters: period, generation, places, clue_lists, sensitive
with missed as (
    select distinct entry.township9, entry.person_id
    from mart.list_entry as entry
    where entry.period = :period and entry.generation = :generation and entry.list = any(:clue_lists)
),
seen as (
    select stock.township9, stock.person_id
    from month_stock as stock
    where exists (select 1 from core.job where job.person_id = stock.person_id and job.period = :period)
        or exists (
            select 1 from core.service
            where service.person_id = stock.person_id and service.period = :period
                and service.service_class <> all(:sensitive)
        )
),
person as (
    select township9, person_id, true as is_missed from missed
    union all
    select township9, person_id, false from seen
),
counted as (
    select
        coalesce(township9, 'district') as township9,
        count(distinct person_id) filter (where is_missed) as numerator,
        count(distinct person_id) as denominator
    from person
    group by grouping sets ((township9), ())
)
insert into mart.figure (period, generation, township9, name, grouping, numerator, denominator, status)
select
    :period, :generation, place.township9, 'K27', '',
    coalesce(counted.numerator, 0),
    coalesce(counted.denominator, 0),
    case when coalesce(counted.denominator, 0) = 0 then 'NO_DENOMINATOR' else 'PARTIAL' end
from unnest(cast(:places as text[])) as place (township9)
left join counted on counted.township9 = place.township9
