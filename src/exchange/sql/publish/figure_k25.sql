-- K25: rows of this year's lists that a township checked and found right; the newest answer to a row counts.
-- reads: ledger.answer
-- writes: mart.figure
-- parameters: period, generation, places, year_period, clue_lists
with answered as (
    select distinct on (token) township9, answer
    from ledger.answer
    where period between :year_period and :period and list <> all(:clue_lists)
    order by token, imported_at desc, file_sha256
),
counted as (
    select
        coalesce(township9, 'district') as township9,
        count(*) filter (where answer = '属实') as numerator,
        count(*) as denominator
    from answered
    group by grouping sets ((township9), ())
)
insert into mart.figure (period, generation, township9, name, grouping, numerator, denominator, status)
select
    :period, :generation, place.township9, 'K25', '',
    coalesce(counted.numerator, 0),
    coalesce(counted.denominator, 0),
    case when coalesce(counted.denominator, 0) = 0 then 'NO_DENOMINATOR' else 'PARTIAL' end
from unnest(cast(:places as text[])) as place (township9)
left join counted on counted.township9 = place.township9
