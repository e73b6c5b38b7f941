-- Everybody who was registered on the last day of a month as is known now, by the days the rows tell and not by the
-- months that counted them: late registrations are in, cancellations that came later are out.
-- reads: core.residence_spell, core.person
-- writes: month_stock (temporary)
-- parameters: period, as_of, ever_married
create temporary table month_stock as
select distinct on (spell.person_id)
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
where spell.scope_group = 'default'
    and coalesce(core.covers(spell, :as_of), spell.opened_period <= :period)
    and (spell.close_date is not null or spell.closed_period is null or spell.closed_period > :period)
order by spell.person_id, spell.register_date desc, spell.spell_id
