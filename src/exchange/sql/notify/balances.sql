-- The balance of every township of a publication in one scope group.
-- reads: mart.balance
-- writes: nothing
-- parameters: period (text), generation (int), scope_group (text)
select township9, opening, "new", late_reg, move_in, "return", "out", move_out, "cancel", closing
from mart.balance
where period = :period and generation = :generation and scope_group = :scope_group
order by township9
