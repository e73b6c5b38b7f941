-- Findings booked for the rows of a month, per source and rule (a row counts once per field).
-- reads: ledger.issue, ledger.source_row
-- writes: nothing
-- parameters: period (text)
select s.source, i.rule, count(*) as booked
from ledger.issue i
join ledger.source_row s on s.row_id = i.row_id
where i.period = :period and s.period = :period
group by s.source, i.rule
order by s.source, i.rule
