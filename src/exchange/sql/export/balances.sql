-- The balance of a month in its newest generation.
-- reads: mart.balance, ledger.generation
-- writes: nothing
-- parameters: period
select township9, scope_group, opening, "new", late_reg, move_in, "return", "out", move_out, "cancel", closing
from mart.balance
where period = :period and generation = (select max(generation) from ledger.generation where period = :period)
order by township9, scope_group
