-- The rules as they stood when a month was published.
-- reads: ledger.generation_text, ledger.rule_text
-- writes: nothing
-- parameters: period (text), generation (int)
select told.kind, told.name, told.sha256, stored.body
from ledger.generation_text as told
join ledger.rule_text as stored on stored.sha256 = told.sha256
where told.period = :period and told.generation = :generation
order by told.kind, told.name
