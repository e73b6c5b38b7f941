-- What every answer did to this month, for the letters and for later months; a closed one is not carried on.
-- reads: month_answer, month_corrected
-- writes: mart.answer_state
-- parameters: period, generation
insert into mart.answer_state (
    period, generation, township9, token, file_sha256, person_id, list, list_period, row_id, answer, effect, state,
    why, said_on, until_period, is_fresh, is_told
)
select
    :period, :generation, answer.township9, answer.token, answer.file_sha256, answer.person_id, answer.list,
    answer.list_period, answer.row_id, answer.answer, answer.effect,
    coalesce(case when answer.state = 'waiting' then corrected.state end, answer.state),
    coalesce(corrected.why, answer.ended_by, ''), answer.said_on, answer.until_period, answer.is_fresh, answer.is_told
from month_answer as answer
left join month_corrected as corrected on corrected.token = answer.token
