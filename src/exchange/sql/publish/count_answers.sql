-- Answers of the year by township and source: rows answered, rows checked for being right, rows found right.
-- A place where nothing came back has no line: not reported is not nought.
-- reads: ledger.known_answer, ledger.generation, ledger.source_row, month_meaning
-- writes: mart.answer_count
-- parameters: period, generation, year_period
with newest as (
    select distinct on (answer.token) answer.*
    from ledger.known_answer as answer
    where answer.period between :year_period and :period
    order by answer.token, answer.imported_at desc, answer.file_sha256
),
judged as (
    select
        newest.township9, own.source, meaning.verdict,
        newest.imported_at > ledger.answers_since(:period) as is_fresh
    from newest
    join month_meaning as meaning on meaning.list = newest.list and meaning.answer = newest.answer
    left join ledger.source_row as own on own.row_id = newest.row_id
)
insert into mart.answer_count (period, generation, township9, source, fresh, answered, verified, confirmed)
select
    :period, :generation, coalesce(township9, 'district'), coalesce(source, ''),
    count(*) filter (where is_fresh), count(*), count(*) filter (where verdict <> 'none'),
    count(*) filter (where verdict = 'right')
from judged
group by grouping sets ((township9, source), (township9), (source), ())
having count(*) > 0 and (grouping(source) = 1 or source is not null)
