-- What was found of the samples drawn so far: rows drawn, checked and right, by sample, township and list; the newest
-- answer to a row counts. A row nobody could check is not checked.
-- reads: ledger.audit_sample, ledger.audit_sample_row, ledger.audit_sample_answer
-- writes: nothing
-- parameters: from_period (text), until (timestamptz, null: now)
with newest as (
    select distinct on (sample_id, token) sample_id, token, answer
    from ledger.audit_sample_answer
    where imported_at <= coalesce(cast(:until as timestamptz), 'infinity')
    order by sample_id, token, imported_at desc, file_sha256
)
select
    sample.sample_id, sample.period, sample.generation, drawn.township9, drawn.list,
    count(*) as drawn,
    count(*) filter (where newest.answer in ('right', 'wrong')) as checked,
    count(*) filter (where newest.answer = 'right') as correct
from ledger.audit_sample as sample
join ledger.audit_sample_row as drawn on drawn.sample_id = sample.sample_id
left join newest on newest.sample_id = drawn.sample_id and newest.token = drawn.token
where sample.period >= :from_period and sample.drawn_at <= coalesce(cast(:until as timestamptz), 'infinity')
group by sample.sample_id, sample.period, sample.generation, drawn.township9, drawn.list
order by sample.period, sample.generation, sample.sample_id, drawn.township9, drawn.list
