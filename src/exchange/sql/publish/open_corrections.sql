-- Corrections the sources were asked for and have not made yet: the row complained of, its month, and what was asked.
-- reads: month_answer, ledger.answer, ledger.source_row
-- writes: nothing
-- parameters: none
select
    answer.token, answer.person_id, answer.row_id, own.source, own.period as row_period, kept.correction_cipher
from month_answer as answer
join ledger.answer as kept on kept.token = answer.token and kept.file_sha256 = answer.file_sha256
join ledger.source_row as own on own.row_id = answer.row_id
where answer.effect = 'wrong' and answer.state = 'waiting'
order by answer.token
