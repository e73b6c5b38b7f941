-- Who stands on a list as it was published, in order, and the row each entry rests on.
-- reads: mart.list_entry
-- writes: nothing
-- parameters: period (text), generation (int), list (text), township9 (text, '' for all)
select township9, person_id, entry_id as part, row_id as basis_row_id
from mart.list_entry
where period = :period and generation = :generation and list = :list and (:township9 = '' or township9 = :township9)
order by township9, sort_key, person_id, entry_id
