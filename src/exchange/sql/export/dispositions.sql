-- What became of every data row of the months so far.
-- reads: ledger.source_row
-- writes: nothing
-- parameters: period
select file, sheet, row, disposition, rules as rule
from ledger.source_row
where period <= :period
order by file, sheet, row
