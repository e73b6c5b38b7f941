-- Who was not found leaves the lists of people to be visited and is being verified; the registration is not touched.
-- Figures were counted before: they say what the register says.
-- reads: month_answer, month_stock, core.residence_spell, core.person, mart.list_entry
-- writes: mart.list_entry
-- parameters: period, generation, clue_lists, visited_lists
with doubted as (
    select distinct on (answer.person_id, answer.township9)
        answer.*, stock.spell_id
    from month_answer as answer
    join month_stock as stock on stock.person_id = answer.person_id and stock.township9 = answer.township9
    where answer.list <> all(:clue_lists) and answer.effect = 'absent' and answer.state = 'standing'
    order by answer.person_id, answer.township9, answer.imported_at desc, answer.token
),
off as (
    delete from mart.list_entry as entry
    using doubted
    where entry.period = :period and entry.generation = :generation and entry.list = any(:visited_lists)
        and entry.person_id = doubted.person_id and entry.township9 = doubted.township9
    returning entry.person_id, entry.township9, entry.list
),
left_out as (
    select person_id, township9, jsonb_agg(list order by list) as lists from off group by person_id, township9
),
told as (
    select
        doubted.*, spell.details_row_id,
        core.person_card(person) || core.spell_card(spell) || jsonb_build_object(
            'off', coalesce(left_out.lists, '[]'), 'said', doubted.answer, 'said_on', doubted.said_on,
            'list_period', doubted.list_period, 'until_period', doubted.until_period
        ) as card
    from doubted
    join core.residence_spell as spell on spell.spell_id = doubted.spell_id
    join core.person as person on person.person_id = doubted.person_id
    left join left_out on left_out.person_id = doubted.person_id and left_out.township9 = doubted.township9
)
insert into mart.list_entry (
    period, generation, township9, list, person_id, entry_id, row_id, event_date, sort_key, payload
)
select
    :period, :generation, township9, 'verifying', person_id, '', details_row_id, said_on,
    core.sort_key(card, said_on), card
from told
