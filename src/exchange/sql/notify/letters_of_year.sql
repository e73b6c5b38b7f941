-- Files sent this year up to a publication; who signed for one, and reminders, are told as known when that was published.
-- reads: ledger.dispatch, ledger.package, ledger.dispatch_event, ledger.generation
-- writes: nothing
-- parameters: period (text), generation (int), year_period (text), product (text): the ledger itself is left out
with own as (
    select published_at from ledger.generation where period = :period and generation = :generation
),
reminded as (
    select event.package_id, count(*) as times
    from ledger.dispatch_event as event
    join ledger.package as package on package.package_id = event.package_id and package.awaits_receipt
    cross join own
    where event.event = 'reminded' and event.at <= own.published_at
    group by event.package_id
),
signed as (
    select
        package.package_id, package.signed_by,
        coalesce(package.signed_on, cast(package.received_at at time zone 'Asia/Shanghai' as date)) as signed_on
    from ledger.package as package cross join own
    where package.received_at <= own.published_at
)
select
    letter.period, letter.generation, letter.recipient, letter.product, letter.township9, letter.unit_code,
    letter.path, letter.sha256, letter.rows,
    cast(sent.published_at at time zone 'Asia/Shanghai' as date) as day,
    coalesce(signed.signed_on, letter.received_on) as received_on,
    signed.signed_by,
    coalesce(reminded.times, 0) as reminders
from (
    select
        dispatch.*,
        case
            when dispatch.received_at <= own.published_at
                then cast(dispatch.received_at at time zone 'Asia/Shanghai' as date)
        end as received_on
    from ledger.dispatch as dispatch cross join own
) as letter
join ledger.generation as sent on sent.period = letter.period and sent.generation = letter.generation
left join signed on signed.package_id = letter.package_id
left join reminded on reminded.package_id = letter.package_id
where letter.period between :year_period and :period and letter.product <> :product
    and (letter.period < :period or letter.generation <= :generation)
order by letter.period, letter.generation, letter.path
