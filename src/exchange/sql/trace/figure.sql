-- The published numbers of an indicator for one place, all and of those here six months.
-- reads: mart.figure
-- writes: nothing
-- parameters: period (text), generation (int), name (text), place (text, a township or district)
select grouping, numerator, denominator, status
from mart.figure
where period = :period and generation = :generation and name = :name and township9 = :place
    and denominator is not null
order by grouping
