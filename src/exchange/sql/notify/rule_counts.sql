-- Rows per sender and rule of a month.
-- reads: ledger.issue, ledger.source_row, ledger.delivery
-- writes: nothing
-- parameters: period (text)
select s.source, d.unit_code, i.rule, count(distinct i.row_id) as rows
from ledger.issue i
join ledger.source_row s on s.row_id = i.row_id
join ledger.delivery d on d.delivery_id = s.delivery_id
where i.period = :period and s.period = :period
group by s.source, d.unit_code, i.rule
order by s.source, d.unit_code, rows desc, i.rule
