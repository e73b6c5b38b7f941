-- Rows each sender delivered for a month by kind of file, beside the median of the up to three months before it.
-- reads: ledger.delivery, ledger.source_row
-- writes: nothing
-- parameters: period (text), first (text)
with volume as (
    select d.source, coalesce(d.unit_code, '') as unit_code, d.kind, d.file_period, count(s.row_id) as rows
    from ledger.delivery d
    left join ledger.source_row s on s.delivery_id = d.delivery_id
    where d.file_period between :first and :period
      and d.processed_period <= :period
      and d.status in ('received', 'unchanged')
    group by d.source, coalesce(d.unit_code, ''), d.kind, d.file_period
),
usual as (
    select source, unit_code, kind, count(*) as months, percentile_cont(0.5) within group (order by rows) as median
    from volume
    where file_period < :period
    group by source, unit_code, kind
)
select
    v.source,
    v.unit_code,
    v.kind,
    v.rows,
    coalesce(u.months, 0) as months,
    coalesce(u.median, 0) as median,
    v.rows / nullif(u.median, 0) as ratio
from volume v
left join usual u on u.source = v.source and u.unit_code = v.unit_code and u.kind = v.kind
where v.file_period = :period
order by v.source, v.unit_code, v.kind
