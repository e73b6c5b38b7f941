-- Women of child-bearing age whose latest pregnancy is open: under 44 weeks, neither delivered nor ended.
-- reads: month_stock, core.pregnancy, core.residence_spell, core.person
-- writes: mart.list_entry
-- parameters: period, generation, as_of
with latest as (
    select distinct on (pregnancy.person_id) pregnancy.*
    from core.pregnancy as pregnancy
    where pregnancy.last_menses <= :as_of
    order by pregnancy.person_id, pregnancy.last_menses desc
),
expecting as (
    select
        stock.township9, stock.person_id, latest.row_ids, latest.last_menses,
        core.person_card(person) || core.spell_card(spell) || jsonb_strip_nulls(jsonb_build_object(
            'marital', person.marital, 'last_menses', latest.last_menses, 'due_date', latest.due_date,
            'gestation_days', cast(:as_of as date) - latest.last_menses, 'booked_date', latest.booked_date,
            'visits', latest.antenatal_days, 'high_risk', latest.high_risk
        )) as card
    from month_stock as stock
    join latest on latest.person_id = stock.person_id
    join core.residence_spell as spell on spell.spell_id = stock.spell_id
    join core.person as person on person.person_id = stock.person_id
    where stock.sex = '2' and stock.age between 15 and 49
        and cast(:as_of as date) - latest.last_menses < 308
        and (latest.delivery_date is null or latest.delivery_date > :as_of)
        and (latest.termination is null or latest.termination > :as_of)
)
insert into mart.list_entry (
    period, generation, township9, list, person_id, entry_id, row_id, event_date, sort_key, payload
)
select
    :period, :generation, township9, 'pregnant', person_id, '', row_ids[array_upper(row_ids, 1)], last_menses,
    core.sort_key(card, last_menses), card
from expecting
