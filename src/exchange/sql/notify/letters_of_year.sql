-- Files sent this year up to a publication; whether one was received is told as known when that was published.
-- reads: ledger.dispatch, ledger.generation
-- writes: nothing
-- parameters: period (text), generation (int), year_period (text), product (text): the ledger itself is left out
with own as (
    select published_at from ledger.generation where period = :period and generation = :generation
)
select
    letter.period, letter.generation, letter.recipient, letter.product, letter.township9, letter.unit_code,
    letter.path, letter.sha256, letter.rows,
    cast(sent.published_at at time zone 'Asia/Shanghai' as date) as day,
    cast(letter.received at time zone 'Asia/Shanghai' as date) as received_on
from (
    select dispatch.*, case when dispatch.received_at <= own.published_at then dispatch.received_at end as received
    from ledger.dispatch as dispatch cross join own
) as letter
join ledger.generation as sent on sent.period = letter.period and sent.generation = letter.generation
where letter.period between :year_period and :period and letter.product <> :product
    and (letter.period < :period or letter.generation <= :generation)
order by letter.period, letter.generation, letter.path
