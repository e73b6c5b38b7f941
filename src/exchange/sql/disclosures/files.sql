-- Every file in which a row of a person left: lists by the sheets that print them, and rows returned to their senders.
-- reads: mart.list_entry, ledger.dispatch, registry.current_person, registry.link, ledger.issue, ledger.source_row,
-- ledger.delivery
-- writes: nothing
-- parameters: person_id (text), products (text[]) and lists (text[]): pairs; returning (text[]): products of own rows
with family as (
    select other.person_id
    from registry.current_person as asked
    join registry.current_person as other on other.current_id = asked.current_id
    where asked.person_id = :person_id
),
printed as (
    select * from unnest(cast(:products as text[]), cast(:lists as text[])) as pair (product, list)
),
listed as (
    select letter.dispatch_id, entry.list as what, count(*) as rows
    from mart.list_entry as entry
    join printed on printed.list = entry.list
    join ledger.dispatch as letter
        on letter.period = entry.period and letter.generation = entry.generation
        and letter.product = printed.product
        and (letter.township9 = entry.township9
            or letter.township9 is null and letter.unit_code = entry.payload ->> 'to_code6')
    where entry.person_id in (select person_id from family)
    group by letter.dispatch_id, entry.list
),
returned as (
    select letter.dispatch_id, 'feedback' as what, count(distinct own.row_id) as rows
    from registry.link as link
    join ledger.source_row as own on own.row_id = link.row_id
    join ledger.issue as issue on issue.row_id = own.row_id
    join ledger.delivery as delivery on delivery.delivery_id = own.delivery_id
    join ledger.dispatch as letter
        on letter.period = own.period and letter.unit_code = delivery.unit_code
        and letter.product = any(:returning)
        and letter.path like split_part(own.file, '/', 1) || '/%'
    where link.person_id in (select person_id from family)
    group by letter.dispatch_id
)
select
    letter.period, letter.generation, letter.recipient, letter.product, told.what, told.rows, letter.path,
    left(letter.sha256, 16) as sha256, letter.status,
    to_char(letter.sent_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI') as sent_at
from (select * from listed union all select * from returned) as told
join ledger.dispatch as letter on letter.dispatch_id = told.dispatch_id
order by letter.period, letter.generation, letter.recipient, letter.path, told.what
