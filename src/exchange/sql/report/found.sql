-- Where each rule was found: per file, sheet, rule and column the number of rows and the first row numbers.
-- reads: ledger.issue, ledger.source_row
-- writes: nothing
-- parameters: period (text), shown (integer)
select
    s.delivery_id,
    s.sheet,
    i.rule,
    coalesce(i.field, '') as field,
    count(*) as rows,
    count(*) filter (where s.disposition in ('accept', 'warn')) as kept,
    array_to_string((array_agg(s.row order by s.row))[1:cast(:shown as integer)], ' ') as first_rows
from ledger.issue i
join ledger.source_row s on s.row_id = i.row_id
where i.period = :period and s.period = :period and s.disposition not in ('superseded', 'ignore')
group by s.delivery_id, s.sheet, i.rule, coalesce(i.field, '')
order by s.delivery_id, s.sheet, i.rule, field
