-- Files a source's senders sent for a month, with what became of their rows.
-- reads: ledger.delivery, ledger.source_row
-- writes: nothing
-- parameters: period (text), source (text)
select
    d.unit_code,
    d.path as file,
    d.status,
    d.rule,
    d.message,
    d.is_late,
    count(s.row_id) as rows_in,
    count(s.row_id) filter (where s.disposition in ('accept', 'warn')) as rows_kept,
    count(s.row_id) filter (where s.disposition = 'warn') as rows_warned,
    count(s.row_id) filter (where s.disposition not in ('accept', 'warn')) as rows_aside
from ledger.delivery d
left join ledger.source_row s on s.delivery_id = d.delivery_id and s.period = :period
where d.source = :source
  and (d.processed_period = :period or (d.processed_period is null and d.first_seen_period = :period))
group by d.delivery_id, d.unit_code, d.path, d.status, d.rule, d.message, d.is_late
order by d.unit_code, d.path
