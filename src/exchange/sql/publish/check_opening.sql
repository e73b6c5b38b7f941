-- Places where the month does not open with what the month before closed with; must be none.
-- reads: mart.balance
-- writes: nothing
-- parameters: period, generation, previous
select this_month.township9, this_month.scope_group
from mart.balance as this_month
left join mart.balance as before
    on before.period = :previous
    and before.generation = (select max(generation) from mart.balance where period = :previous)
    and before.township9 = this_month.township9
    and before.scope_group = this_month.scope_group
where this_month.period = :period and this_month.generation = :generation
    and this_month.opening <> coalesce(before.closing, 0)
order by this_month.township9, this_month.scope_group
