-- Indicators of a publication beside those of another.
-- reads: mart.figure
-- writes: nothing
-- parameters: period (text), generation (int), previous (text), previous_generation (int)
select
    now.township9, now.name, now.numerator, now.denominator,
    before.numerator as numerator_before, before.denominator as denominator_before
from mart.figure as now
join mart.figure as before
    on before.period = :previous and before.township9 = now.township9 and before.name = now.name
    and before.grouping = now.grouping
    and before.generation = :previous_generation
where now.period = :period and now.generation = :generation and now.grouping = '' and now.denominator is not null
order by now.name, now.township9
