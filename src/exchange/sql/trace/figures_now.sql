-- Indicators as they come out now, beside what was published.
-- reads: mart.figure
-- writes: nothing
-- parameters: period (text), generation (int), place (text, a township or district)
select
    published.name, published.numerator, published.denominator,
    now.numerator as numerator_now, now.denominator as denominator_now
from mart.figure as published
join mart.figure as now
    on now.period = published.period and now.generation = 0 and now.township9 = published.township9
    and now.name = published.name and now.grouping = published.grouping
where published.period = :period and published.generation = :generation and published.township9 = :place
    and published.grouping = '' and published.denominator is not null
order by published.name
