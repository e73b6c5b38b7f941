-- Who stands in an indicator as it was published, in order.
-- reads: mart.figure_member
-- writes: nothing
-- parameters: period (text), generation (int), name (text), township9 (text, '' for all)
select township9, person_id, part, is_long, numerator, denominator, basis_row_id, proof_row_ids,
    coalesce(village, '') as village
from mart.figure_member
where period = :period and generation = :generation and name = :name and (:township9 = '' or township9 = :township9)
order by township9, person_id, part
