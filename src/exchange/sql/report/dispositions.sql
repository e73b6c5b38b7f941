-- Data rows per file and what became of them.
-- reads: ledger.source_row
-- writes: nothing
-- parameters: period (text)
select s.delivery_id, s.disposition, count(*) as rows
from ledger.source_row s
where s.period = :period
group by s.delivery_id, s.disposition
order by s.delivery_id, s.disposition
