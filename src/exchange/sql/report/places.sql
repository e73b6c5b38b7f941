-- Where the data rows of a month stand: per file, sheet and disposition their number and the first runs of row numbers.
-- reads: ledger.source_row
-- writes: nothing
-- parameters: period (text), shown (integer)
with numbered as (
    select
        s.delivery_id, s.sheet, s.disposition, s.row,
        s.row - row_number() over (partition by s.delivery_id, s.sheet, s.disposition order by s.row) as island
    from ledger.source_row s
    where s.period = :period
),
run as (
    select delivery_id, sheet, disposition, min(row) as first_row, max(row) as last_row, count(*) as rows
    from numbered
    group by delivery_id, sheet, disposition, island
)
select
    delivery_id,
    sheet,
    disposition,
    cast(sum(rows) as bigint) as rows,
    array_to_string(
        (array_agg(first_row || '-' || last_row order by first_row))[1:cast(:shown as integer)], ' '
    ) as runs
from run
group by delivery_id, sheet, disposition
order by delivery_id, sheet, disposition
