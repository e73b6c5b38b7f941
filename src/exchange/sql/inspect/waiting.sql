-- Files that were seen and are not part of any month yet, or were turned away, and why.
-- reads: ledger.delivery
-- writes: nothing
-- parameters: period (text) the month looked at
select path, status, coalesce(rule, '') as rule, coalesce(message, '') as message
from ledger.delivery
where (status in ('held', 'partial') and processed_period is null)
   or (processed_period = :period and status in ('rejected', 'duplicate', 'superseded', 'held', 'partial'))
order by path
