-- Files of a month: its frozen input, and what was sent for it but could not be taken in before it was published.
-- reads: ledger.delivery
-- writes: nothing
-- parameters: period (text), until (timestamptz, null while the month is not published)
select
    d.delivery_id,
    d.source,
    coalesce(d.unit_code, '') as unit_code,
    coalesce(d.file_period, '') as file_period,
    coalesce(d.version, 0) as version,
    d.path,
    d.sha256,
    d.status,
    coalesce(d.rule, '') as rule,
    coalesce(d.message, '') as message,
    d.is_late,
    d.seen_at
from ledger.delivery d
where d.processed_period = :period
   or (
        d.processed_period is null
        and d.first_seen_period = :period
        and d.status in ('partial', 'rejected', 'held')
        and coalesce(d.rule, '') <> 'L07'
        and (cast(:until as timestamptz) is null or d.seen_at <= :until)
   )
order by d.source, d.unit_code, d.path, d.delivery_id
