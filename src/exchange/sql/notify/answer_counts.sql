-- Answers of the year by place and source as they stood when the month was published.
-- reads: mart.answer_count
-- writes: nothing
-- parameters: period (text), generation (int)
select township9, source, fresh, answered, verified, confirmed
from mart.answer_count
where period = :period and generation = :generation
order by township9, source
