-- Entries of a publication's lists: what a row token may stand for.
-- reads: mart.list_entry
-- writes: nothing
-- parameters: period (text), generation (int)
select township9, list, person_id, entry_id, row_id
from mart.list_entry
where period = :period and generation = :generation
order by township9, list, person_id, entry_id
