-- What changed for women of child-bearing age since the last published month: married, expecting, delivered. Nothing
-- else is a change here: no method, no termination, no number of children, and nobody is named for having left a list.
-- reads: mart.list_entry, ledger.generation, ledger.source_row, month_stock, month_marital, core.person,
-- core.person_source, core.pregnancy, core.residence_spell
-- writes: mart.list_entry
-- parameters: period, generation, coupled, not_coupled, codes (JSON: source -> code)
with has_before as (
    select from ledger.generation where period < :period limit 1
),
married as (
    select
        stock.township9, stock.person_id, 'marriage' as change, said.row_id, cast(null as date) as since,
        before.marital as marital_before, person.marital as marital_now
    from month_stock as stock
    join month_marital as before on before.person_id = stock.person_id
    join core.person as person on person.person_id = stock.person_id
    join lateral (
        select statement.row_id
        from core.person_source as statement
        where statement.person_id = stock.person_id and statement.updated_period = :period
            and statement.marital = any(:coupled)
        order by statement.precedence, statement.source
        limit 1
    ) as said on true
    where stock.sex = '2' and stock.age between 15 and 49
        and before.marital = any(:not_coupled) and person.marital = any(:coupled)
),
expecting as (
    select
        entry.township9, entry.person_id, 'pregnancy', pregnancy.row_ids[1], pregnancy.last_menses,
        cast(null as text), cast(null as text)
    from mart.list_entry as entry
    join core.pregnancy as pregnancy
        on pregnancy.person_id = entry.person_id and pregnancy.last_menses = entry.event_date
    where entry.period = :period and entry.generation = :generation and entry.list = 'pregnant'
        and pregnancy.first_period = :period
),
delivered as (
    select
        entry.township9, entry.person_id, 'birth', entry.row_id, entry.event_date, cast(null as text), cast(null as text)
    from mart.list_entry as entry
    where entry.period = :period and entry.generation = :generation and entry.list = 'births'
),
changed as (
    select * from married union all select * from expecting union all select * from delivered
),
told as (
    select
        changed.*,
        core.person_card(person) || coalesce(core.spell_card(spell), '{}') || jsonb_strip_nulls(jsonb_build_object(
            'change', changed.change, 'since', changed.since, 'marital_before', changed.marital_before,
            'marital', changed.marital_now, 'source', cast(:codes as jsonb) ->> own.source,
            'file', regexp_replace(own.file, '^.*/', ''), 'row', own.row, 'date', changed.since
        )) as card
    from changed
    join core.person as person on person.person_id = changed.person_id
    left join month_stock as stock on stock.person_id = changed.person_id and stock.township9 = changed.township9
    left join core.residence_spell as spell on spell.spell_id = stock.spell_id
    join ledger.source_row as own on own.row_id = changed.row_id
)
insert into mart.list_entry (
    period, generation, township9, list, person_id, entry_id, row_id, event_date, sort_key, payload
)
select
    :period, :generation, township9, 'changes', person_id, concat_ws('/', change, since), row_id, since,
    core.sort_key(card, since), card
from told
where exists (select from has_before)
