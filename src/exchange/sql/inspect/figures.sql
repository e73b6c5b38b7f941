-- Published figures of one name.
-- reads: mart.figure
-- writes: nothing
-- parameters: period (text), generation (int), name (text), township9 (text, '' for all)
select township9, name, grouping, numerator, denominator, status
from mart.figure
where period = :period and generation = :generation and name = :name
  and (:township9 = '' or township9 = :township9)
order by township9, grouping
