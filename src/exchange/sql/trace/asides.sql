-- Who is counted beside an indicator as it was published, and why, in order.
-- reads: mart.figure_aside
-- writes: nothing
-- parameters: period (text), generation (int), name (text), township9 (text, '' for all)
select township9, person_id, part, aside, 0 as numerator, counted as denominator, basis_row_id
from mart.figure_aside
where period = :period and generation = :generation and name = :name and (:township9 = '' or township9 = :township9)
order by aside, township9, person_id, part
