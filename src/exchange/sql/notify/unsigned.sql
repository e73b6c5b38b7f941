-- Letters of earlier months that an account got and nobody signed for, as known when a publication was made.
-- reads: ledger.dispatch, ledger.generation
-- writes: nothing
-- parameters: period (text), generation (int)
with own as (
    select published_at from ledger.generation where period = :period and generation = :generation
)
select split_part(letter.path, '/', 1) as account, letter.period as month, count(*) as letters
from ledger.dispatch as letter
cross join own
join ledger.generation as sent on sent.period = letter.period and sent.generation = letter.generation
where letter.period < :period and sent.published_at <= own.published_at
    and (letter.received_at is null or letter.received_at > own.published_at)
group by account, month
order by account, month
