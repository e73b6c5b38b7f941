-- Packets to other counties that were sent and still have people nobody answered for after the day agreed: one row per
-- packet and day, with the package it left in and how often it was reminded of.
-- reads: mart.list_entry, ledger.answer, ledger.dispatch, ledger.package, ledger.dispatch_event
-- writes: nothing
-- parameters: products (text[], the products that are packets), today (date)
with late as (
    select
        entry.period, entry.generation, entry.payload ->> 'packet_id' as packet_id,
        entry.payload ->> 'to_code6' as to_code6, entry.payload ->> 'to_place' as to_place,
        cast(entry.payload ->> 'reply_by' as date) as reply_by,
        count(distinct entry.person_id) as people, count(*) as services
    from mart.list_entry as entry
    where entry.list = 'handover' and entry.payload ? 'packet_id'
        and cast(entry.payload ->> 'reply_by' as date) < :today
        and not exists (
            select from ledger.answer as answer
            where answer.period = entry.period and answer.township9 = entry.township9 and answer.list = entry.list
                and answer.person_id = entry.person_id and answer.entry_id = entry.entry_id
        )
    group by entry.period, entry.generation, packet_id, to_code6, to_place, reply_by
),
told as (
    select
        late.*, letter.package_id, letter.path,
        format('接续函%s逾期未回复（%s）', late.packet_id, late.reply_by) as why
    from late
    join ledger.dispatch as letter
        on letter.period = late.period and letter.generation = late.generation and letter.unit_code = late.to_code6
    where letter.product = any(cast(:products as text[]))
)
select
    package.package_id, package.period, package.generation, package.account, package.recipient, package.sent_at,
    package.reminders, told.packet_id, told.to_place, told.reply_by, told.people, told.services, told.path, told.why,
    (
        select count(*) from ledger.dispatch_event as event
        where event.package_id = package.package_id and event.event = 'reminded' and event.why = told.why
    ) as reminded
from told
join ledger.package as package on package.package_id = told.package_id
where package.sent_at is not null
order by package.period, package.account, package.folder, package.generation, told.packet_id, told.reply_by
