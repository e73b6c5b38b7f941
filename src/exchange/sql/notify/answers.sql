-- Answers that came back between the month before and this publication, the newest of each row, with the row's place.
-- reads: ledger.answer, ledger.generation, ledger.source_row, ledger.delivery
-- writes: nothing
-- parameters: period (text), generation (int)
with until as (
    select published_at from ledger.generation where period = :period and generation = :generation
),
since as (
    select coalesce(max(published_at), '-infinity') as published_at from ledger.generation where period < :period
),
newest as (
    select distinct on (answer.token) answer.*
    from ledger.answer as answer
    cross join until
    cross join since
    where answer.imported_at > since.published_at and answer.imported_at <= until.published_at
    order by answer.token, answer.imported_at desc, answer.file_sha256
)
select
    newest.township9, newest.period, newest.list, newest.answer, newest.correction_cipher, newest.answered_on,
    own.source, delivery.unit_code, own.file, own.sheet, own.row
from newest
left join ledger.source_row as own on own.row_id = newest.row_id
left join ledger.delivery as delivery on delivery.delivery_id = own.delivery_id
order by newest.township9, own.file, own.sheet, own.row, newest.list, newest.token
