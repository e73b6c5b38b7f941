-- Files received and booked this year up to a month, with the rows kept of each.
-- reads: ledger.delivery, ledger.source_row
-- writes: nothing
-- parameters: period (text), year_period (text)
with kept as (
    select delivery_id, count(*) as rows
    from ledger.source_row
    where period between :year_period and :period and disposition in ('accept', 'warn')
    group by delivery_id
)
select
    delivery.source, delivery.unit_code, delivery.file_period, delivery.path, delivery.sha256, delivery.status,
    delivery.is_late, coalesce(delivery.processed_period, delivery.first_seen_period) as period,
    cast(delivery.seen_at at time zone 'Asia/Shanghai' as date) as day,
    coalesce(kept.rows, 0) as rows
from ledger.delivery as delivery
left join kept on kept.delivery_id = delivery.delivery_id
where coalesce(delivery.processed_period, delivery.first_seen_period) between :year_period and :period
order by period, delivery.path, delivery.sha256
