-- Senders from whom a file of this month has come.
-- reads: ledger.delivery
-- writes: nothing
-- parameters: period (text)
select distinct source, unit_code
from ledger.delivery
where file_period = :period and unit_code is not null and status in ('received', 'superseded', 'unchanged')
