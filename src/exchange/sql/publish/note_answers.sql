-- What was answered before stands beside the name: appointed, not reached, wrong, doubled, or asked again after all.
-- reads: month_answer, mart.list_entry
-- writes: mart.list_entry
-- parameters: period, generation, visited_lists, clue_lists
with said as (
    select distinct on (answer.person_id, answer.township9)
        answer.person_id, answer.township9,
        concat(
            left(answer.list_period, 4), '年', cast(right(answer.list_period, 2) as integer), '月答复：', answer.answer,
            case answer.state
                when 'expired' then '；已过期，请再核实'
                when 'waiting' then case answer.effect when 'wrong' then '；已告知来源' else '；核对中' end
                when 'ended' then case answer.ended_by
                    when 'served_since' then '；此后有服务记录，请再核实'
                    when 'registered_since' then '；此后有居住登记，请再核实'
                end
            end
        ) as text
    from month_answer as answer
    where answer.state in ('expired', 'waiting')
        or (answer.state = 'standing' and answer.effect = 'noted')
        or (answer.state = 'ended' and answer.ended_by in ('served_since', 'registered_since'))
    order by answer.person_id, answer.township9, answer.imported_at desc, answer.token
)
update mart.list_entry as entry
set payload = entry.payload || jsonb_build_object(
    'said', said.text, 'note', concat_ws('；', entry.payload ->> 'note', said.text)
)
from said
where entry.period = :period and entry.generation = :generation
    and entry.list = any(cast(:visited_lists as text[]) || cast(:clue_lists as text[]) || array['inflow'])
    and entry.person_id = said.person_id and entry.township9 = said.township9
