-- One month in numbers, for the table the demo ends with.
-- reads: ledger.delivery, ledger.receipt, ledger.source_row, ledger.period, ledger.dispatch, registry.person, registry.link, registry.review_item
-- writes: nothing
-- parameters: period (text)
with files as (
    select
        count(*) filter (where status = 'received') as received,
        count(*) filter (where status in ('duplicate', 'unchanged')) as duplicate,
        count(*) filter (where status = 'superseded') as superseded,
        count(*) filter (where status in ('rejected', 'partial', 'held')) as refused
    from ledger.delivery
    where coalesce(processed_period, first_seen_period) = :period
),

-- Rows that are no data (titles, headers, totals, signatures) were counted by the reader.
ignored as (
    select coalesce(sum(rows_aside), 0)::bigint as ignored
    from ledger.receipt
    where period = :period and stage = 'read'
),

rows_seen as (
    select
        count(*) + (select ignored from ignored) as rows_received,
        count(*) filter (where disposition = 'accept') as accepted,
        count(*) filter (where disposition = 'warn') as warned,
        count(*) filter (where disposition in ('quarantine', 'file_rejected', 'superseded')) as set_aside,
        (select ignored from ignored) as ignored
    from ledger.source_row
    where period = :period
),

persons as (
    select
        count(*) filter (where p.first_period = :period) as persons_new,
        count(*) filter (where p.first_period < :period) as persons_known
    from registry.person p
    where exists (select 1 from registry.link l where l.person_id = p.person_id and l.period = :period)
),

letters as (
    select
        count(*) as packages_made,
        count(*) filter (where d.status in ('uploaded', 'received')) as packages_delivered
    from ledger.dispatch d
    join ledger.period m on m.period = d.period and m.generation = d.generation
    where d.period = :period
)

select
    f.*,
    r.*,
    p.*,
    (select count(*) from registry.review_item v where v.period = :period) as to_review,
    l.*
from files f
cross join rows_seen r
cross join persons p
cross join letters l
