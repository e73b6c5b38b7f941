-- Numerator: rows a township found right.
-- reads: ledger.latest_answer, month_meaning
-- writes: nothing
-- parameters: period, year_period
select answer.person_id, answer.token as part, 1 as counted, array[answer.row_id] as row_ids
from ledger.latest_answer as answer
join month_meaning as meaning on meaning.list = answer.list and meaning.answer = answer.answer
where answer.period between :year_period and :period and meaning.verdict = 'right'
