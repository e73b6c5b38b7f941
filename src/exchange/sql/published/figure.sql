-- The figures of a publication.
-- reads: mart.figure
-- writes: nothing
-- parameters: period (text), generation (integer)
select f.township9 || '|' || f.name || '|' || f.grouping as place, f.numerator, f.denominator, f.status
from mart.figure f
where f.period = :period and f.generation = :generation
order by place
