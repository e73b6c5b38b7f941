-- The published details of an indicator for one place: by part, by village, and what is counted beside it.
-- reads: mart.figure_detail
-- writes: nothing
-- parameters: period (text), generation (int), name (text), place (text, a township or district)
select kind, detail, numerator, denominator
from mart.figure_detail
where period = :period and generation = :generation and name = :name and township9 = :place
order by kind, detail
