-- Files received and booked this year up to a month, with the rows kept of each.
-- reads: ledger.delivery, ledger.source_row
-- writes: nothing
-- parameters: period (text), year_period (text)
select
    delivery.source, delivery.unit_code, delivery.file_period, delivery.path, delivery.sha256, delivery.status,
    delivery.is_late, coalesce(delivery.processed_period, delivery.first_seen_period) as period,
    cast(delivery.seen_at at time zone 'Asia/Shanghai' as date) as day,
    (
        select count(*) from ledger.source_row as own
        where own.delivery_id = delivery.delivery_id and own.disposition in ('accept', 'warn')
    ) as rows
from ledger.delivery as delivery
where coalesce(delivery.processed_period, delivery.first_seen_period) between :year_period and :period
order by period, delivery.path, delivery.sha256
