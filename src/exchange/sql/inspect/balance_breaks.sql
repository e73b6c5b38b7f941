-- Townships whose closing stock is not the next month's opening stock; reopened months are not final.
-- reads: mart.balance, ledger.period
-- writes: nothing
-- parameters: none
with current as (
    select b.* from mart.balance b
    join ledger.period p on p.period = b.period and p.generation = b.generation and p.state <> 'reopened'
)
select a.period, a.township9, a.scope_group, a.closing, b.opening
from current a
join current b
  on b.township9 = a.township9 and b.scope_group = a.scope_group
 and b.period = to_char((a.period || '-01')::date + interval '1 month', 'YYYY-MM')
where a.closing <> b.opening
order by a.period, a.township9, a.scope_group
