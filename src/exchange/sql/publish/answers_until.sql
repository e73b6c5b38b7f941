-- A month that is published again sees the answers it saw at first: what came later acts in the month after it.
-- reads: ledger.generation
-- writes: nothing
-- parameters: period
select set_config('exchange.answers_until', coalesce(min(published_at)::text, ''), true)
from ledger.generation
where period = :period
