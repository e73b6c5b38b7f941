-- Who the month opens with: the stock the month before closed with; where none was kept, those then registered.
-- reads: mart.stock_person, ledger.generation, core.residence_spell, core.person
-- writes: month_opening (temporary)
-- parameters: period, previous, as_of
create temporary table month_opening on commit drop as
select spell_id, township9, sex, birth_date, groups
from mart.stock_person
where period = :previous
    and generation = (select max(generation) from ledger.generation where period = :previous)
union all
select
    spell.spell_id, spell.township9, person.sex, person.birth_date,
    core.groups_of(person.sex, person.birth_date, :as_of)
from core.residence_spell as spell
join core.person as person on person.person_id = spell.person_id
where not exists (select from mart.stock_person where period = :previous)
    and spell.scope_group = 'default'
    and (spell.opened_period < :period or (spell.opened_period = :period and spell.opening_kind = 'OPENING'))
    and (spell.closed_period is null or spell.closed_period >= :period)
