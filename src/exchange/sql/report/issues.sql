-- Rows with a finding booked for them, per source and rule; a row counts once, whatever number of its fields it is in.
-- reads: ledger.issue, ledger.source_row
-- writes: nothing
-- parameters: period (text)
select s.source, i.rule, count(distinct i.row_id) as booked
from ledger.issue i
join ledger.source_row s on s.row_id = i.row_id
where i.period = :period and s.period = :period
group by s.source, i.rule
order by s.source, i.rule
