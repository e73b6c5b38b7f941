-- K26: senders whose report of the month was there before its cut, among all expected ones.
-- reads: mart.unit_status, ledger.delivery
-- writes: mart.figure
-- parameters: period, generation, places
with sender as (
    select
        status.township9,
        status.status = 'zero' or (
            status.status = 'reported' and exists (
                select 1 from ledger.delivery as delivery
                where delivery.source = status.source and delivery.unit_code = status.unit_code
                    and delivery.file_period = :period and delivery.processed_period = :period and not delivery.is_late
            )
        ) as is_in_time
    from mart.unit_status as status
    where status.period = :period and status.generation = :generation
),
counted as (
    select
        coalesce(township9, 'district') as township9,
        count(*) filter (where is_in_time) as numerator,
        count(*) as denominator
    from sender
    group by grouping sets ((township9), ())
)
insert into mart.figure (period, generation, township9, name, grouping, numerator, denominator, status)
select
    :period, :generation, place.township9, 'K26', '',
    coalesce(counted.numerator, 0),
    coalesce(counted.denominator, 0),
    case when coalesce(counted.denominator, 0) = 0 then 'NO_DENOMINATOR' else 'COMPUTED' end
from unnest(cast(:places as text[])) as place (township9)
left join counted on counted.township9 = place.township9
