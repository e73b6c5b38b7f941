-- Everybody registered at the end of the month in a default scope, with what figures and lists ask of them.
-- reads: core.residence_spell, core.person
-- writes: month_stock (temporary)
-- parameters: period, as_of, ever_married
create temporary table month_stock on commit drop as
select
    spell.spell_id,
    spell.person_id,
    spell.township9,
    spell.scope,
    person.sex,
    person.birth_date,
    core.full_years(person.birth_date, :as_of) as age,
    coalesce(person.marital = any(:ever_married), false) as is_ever_married,
    coalesce(spell.arrive_date, spell.register_date) + interval '3 months' <= :as_of as has_stayed_3_months,
    coalesce(spell.arrive_date, spell.register_date) + interval '6 months' <= :as_of as has_stayed_6_months,
    extract(year from person.birth_date) + 65 <= extract(year from cast(:as_of as date)) as reaches_65
from core.residence_spell as spell
join core.person as person on person.person_id = spell.person_id
where spell.scope_group = 'default' and core.is_open(spell, :period)
