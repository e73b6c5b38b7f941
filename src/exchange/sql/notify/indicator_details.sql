-- The indicators of a publication in detail: by part, by village, and what is counted beside them.
-- reads: mart.figure_detail
-- writes: nothing
-- parameters: period (text), generation (int)
select township9, name, kind, detail, numerator, denominator, people
from mart.figure_detail
where period = :period and generation = :generation
order by township9, name, kind, detail
