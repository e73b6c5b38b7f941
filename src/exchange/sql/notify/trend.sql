-- The people in care at the end of each month up to a publication, with who came and left, as it was known then.
-- reads: mart.balance, ledger.generation
-- writes: nothing
-- parameters: period (text), generation (int), first_period (text), scope_group (text)
with own as (
    select published_at from ledger.generation where period = :period and generation = :generation
),
known as (
    select told.period, max(told.generation) as generation
    from ledger.generation as told
    cross join own
    where told.period >= :first_period and told.period < :period and told.published_at <= own.published_at
    group by told.period
    union all
    select :period, :generation
)
select
    month.township9, month.period as month, month.closing,
    month."new" + month.late_reg + month.move_in + month."return" as came,
    month."out" + month.move_out + month."cancel" as left
from mart.balance as month
join known on known.period = month.period and known.generation = month.generation
where month.scope_group = :scope_group
order by month.township9, month.period
