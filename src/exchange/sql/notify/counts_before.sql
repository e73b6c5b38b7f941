-- What the cover counts, for the month before a publication as it was known then: entries by list, people whose first
-- service due was due before that month began, people in care, senders that reported.
-- reads: mart.list_entry, mart.balance, mart.unit_status, ledger.generation
-- writes: nothing
-- parameters: period (text), generation (int), previous (text), previous_start (date), scope_group (text)
with known as (
    select told.period, max(told.generation) as generation
    from ledger.generation as told
    where told.period = :previous and told.published_at <= (
        select published_at from ledger.generation where period = :period and generation = :generation
    )
    group by told.period
)
select township9, list as name, count(*) as count
from mart.list_entry join known using (period, generation)
group by township9, list
union all
select township9, 'overdue', count(*)
from mart.list_entry join known using (period, generation)
where list = 'due' and payload ->> 'due_on' <> '' and cast(payload ->> 'due_on' as date) < :previous_start
group by township9
union all
select township9, 'closing', closing
from mart.balance join known using (period, generation)
where scope_group = :scope_group
union all
select township9, 'reported', count(*) filter (where status in ('reported', 'zero'))
from mart.unit_status join known using (period, generation)
group by township9
order by township9, name
