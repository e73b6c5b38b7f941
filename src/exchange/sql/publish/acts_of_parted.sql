-- Everything the residence register ever did with the rows of persons that parted, under the person each row has now.
-- reads: core.register_event, month_move, month_merge
-- writes: nothing
-- parameters: none
with party as (
    select from_id as person_id from month_move
    union
    select into_id from month_move
)
select
    event.row_id,
    coalesce(moved.into_id, merged.into_id, event.person_id) as person_id,
    event.kind, event.reason, event.period, event.event_date, event.township9, event.scope
from core.register_event as event
left join month_move as moved on moved.row_id = event.row_id
left join month_merge as merged on merged.from_id = event.person_id
where event.person_id in (select person_id from party)
order by event.period, event.event_date, event.row_id
