-- Where the rows set aside stand: per file, sheet and rules their number and the first row numbers.
-- reads: ledger.source_row, ledger.delivery
-- writes: nothing
-- parameters: period (text), shown (integer)
select
    s.source,
    coalesce(d.unit_code, '') as unit_code,
    s.file,
    s.sheet,
    s.rules,
    count(*) as rows,
    array_to_string((array_agg(s.row order by s.row))[1:cast(:shown as integer)], ' ') as first_rows
from ledger.source_row s
join ledger.delivery d on d.delivery_id = s.delivery_id
where s.period = :period and s.disposition = 'quarantine'
group by s.source, coalesce(d.unit_code, ''), s.file, s.sheet, s.rules
order by s.source, unit_code, s.file, s.sheet, s.rules
