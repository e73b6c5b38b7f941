-- Last block of the monthly report: rows each kind of agency sent, the missed and what was answered of them, handovers.
-- What nobody sent back is null: not reported.
-- reads: mart.unit_status, mart.list_entry, ledger.known_answer, ledger.generation, mart.answer_count
-- writes: mart.report_line
-- parameters: period, generation, places, register_sources, employment_sources, service_sources, clue_lists
with sent as (
    select
        coalesce(township9, 'district') as township9,
        sum(accepted + warned) filter (where source = any(:register_sources) and has_come) as register_rows,
        sum(accepted + warned) filter (where source = any(:employment_sources) and has_come) as employment_rows,
        sum(accepted + warned) filter (where source = any(:service_sources) and has_come) as service_rows
    from (
        select *, status in ('reported', 'zero') as has_come
        from mart.unit_status
        where period = :period and generation = :generation
    ) as sender
    group by grouping sets ((township9), ())
),
listed as (
    select
        coalesce(township9, 'district') as township9,
        count(*) filter (where list = any(:clue_lists)) as missed,
        count(*) filter (where list = 'handover' and payload ->> 'state' not like '转入%') as handed_out,
        count(*) filter (where list = 'handover' and payload ->> 'state' like '转入%') as handed_in
    from mart.list_entry
    where period = :period and generation = :generation
    group by grouping sets ((township9), ())
),
answered as (
    select coalesce(answer.township9, 'district') as township9, count(distinct answer.token) as answers
    from ledger.known_answer as answer
    where answer.list = any(:clue_lists) and answer.imported_at > ledger.answers_since(:period)
        and answer.period < :period
    group by grouping sets ((answer.township9), ())
)
insert into mart.report_line (period, generation, township9, line, migrant)
select :period, :generation, place.township9, named.name, named.counted
from unnest(cast(:places as text[])) as place (township9)
left join sent on sent.township9 = place.township9
left join listed on listed.township9 = place.township9
left join answered on answered.township9 = place.township9
left join mart.answer_count as checked
    on checked.period = :period and checked.generation = :generation
    and checked.township9 = place.township9 and checked.source = '' and checked.fresh > 0
cross join lateral (values
    ('register_rows', sent.register_rows),
    ('employment_rows', sent.employment_rows),
    ('service_rows', sent.service_rows),
    ('missed', coalesce(listed.missed, 0)),
    ('missed_answered', answered.answers),
    ('answers_back', checked.fresh),
    ('handed_out', coalesce(listed.handed_out, 0)),
    ('handed_in', coalesce(listed.handed_in, 0))
) as named (name, counted)
