-- Places where the terms that open to persons do not add up to the published balance and stock; must be none.
-- reads: mart.group_balance, mart.balance, mart.figure
-- writes: nothing
-- parameters: period, generation
select named.township9, named.group_name
from mart.group_balance as named
join mart.balance as balance
    on balance.period = named.period and balance.generation = named.generation
    and balance.township9 = named.township9 and balance.scope_group = 'default'
left join mart.figure as stock
    on stock.period = named.period and stock.generation = named.generation
    and stock.township9 = named.township9 and stock.name = 'stock' and stock.grouping = named.group_name
where named.period = :period and named.generation = :generation
    and (
        named.group_name = 'all' and (
            named.opening, named.inflow, named.move_in, named.outflow, named.move_out, named.cancel, named.closing
        ) is distinct from (
            balance.opening, balance."new" + balance.late_reg + balance."return", balance.move_in, balance."out",
            balance.move_out, balance."cancel", balance.closing
        )
        or named.group_name <> 'all' and named.closing is distinct from stock.numerator
    )
order by named.township9, named.group_name
