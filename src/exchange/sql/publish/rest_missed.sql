-- People a township checked are not asked after again: off the lists of the missed; who was not found is being verified.
-- reads: month_answer, mart.list_entry
-- writes: mart.list_entry
-- parameters: period, generation, clue_lists
with checked as (
    select distinct on (person_id, township9) *
    from month_answer
    where list = any(:clue_lists) and effect in ('absent', 'settled') and state = 'standing'
    order by person_id, township9, imported_at desc, token
),
off as (
    delete from mart.list_entry as entry
    using checked
    where entry.period = :period and entry.generation = :generation and entry.list = any(:clue_lists)
        and entry.person_id = checked.person_id and entry.township9 = checked.township9
    returning entry.*, checked.answer, checked.said_on, checked.list_period, checked.until_period, checked.effect
)
insert into mart.list_entry (
    period, generation, township9, list, person_id, entry_id, row_id, event_date, sort_key, payload
)
select
    period, generation, township9, 'verifying', person_id, '', row_id, said_on, sort_key,
    payload || jsonb_build_object(
        'off', jsonb_build_array('missed'), 'said', answer, 'said_on', said_on, 'list_period', list_period,
        'until_period', until_period
    )
from off
where effect = 'absent'
