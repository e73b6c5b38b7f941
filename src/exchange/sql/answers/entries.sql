-- Every entry of every township's lists in the newest generation of each month: what a row token may stand for.
-- The comprehensive records ask for no answer.
-- reads: mart.list_entry, ledger.generation
-- writes: nothing
-- parameters: none
select entry.period, entry.township9, entry.list, entry.person_id, entry.entry_id, entry.row_id
from mart.list_entry as entry
where entry.generation = (select max(generation) from ledger.generation where period = entry.period)
    and entry.list <> 'archive'
order by entry.period, entry.township9, entry.list, entry.person_id, entry.entry_id
