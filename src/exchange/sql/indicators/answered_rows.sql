-- Denominator: rows of this year's lists that a township checked for being right; the newest answer to a row counts.
-- reads: ledger.latest_answer, month_meaning
-- writes: nothing
-- parameters: period, year_period
select answer.township9, answer.person_id, answer.token as part, 1 as counted, answer.row_id
from ledger.latest_answer as answer
join month_meaning as meaning on meaning.list = answer.list and meaning.answer = answer.answer
where answer.period between :year_period and :period and meaning.verdict <> 'none'
