-- Answers as they stood when the month was published: new ones, and older ones not settled yet, with their row's place.
-- reads: mart.answer_state, ledger.answer, ledger.source_row, ledger.delivery
-- writes: nothing
-- parameters: period (text), generation (int)
select
    stood.township9, stood.list_period as period, stood.list, stood.answer, stood.effect, stood.state, stood.why,
    stood.is_fresh, stood.is_told, kept.correction_cipher, kept.answered_on,
    own.source, delivery.unit_code, own.file, own.sheet, own.row
from mart.answer_state as stood
join ledger.answer as kept on kept.token = stood.token and kept.file_sha256 = stood.file_sha256
left join ledger.source_row as own on own.row_id = stood.row_id
left join ledger.delivery as delivery on delivery.delivery_id = own.delivery_id
where stood.period = :period and stood.generation = :generation
order by stood.township9, own.file, own.sheet, own.row, stood.list, stood.token
