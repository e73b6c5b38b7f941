-- Everybody who was registered on the last day of a month as is known now, by the days the rows tell and not by the
-- months that counted them: late registrations are in, cancellations that came later are out.
-- reads: core.residence_spell, core.person
-- writes: month_stock (temporary)
-- parameters: period, as_of, ever_married
create temporary table month_stock as
select distinct on (spell.person_id) stock.*
from core.residence_spell as spell
cross join lateral core.stock_facts(spell, :as_of, :ever_married) as stock
where
    coalesce(core.covers(spell, :as_of), spell.opened_period <= :period)
    and (spell.close_date is not null or spell.closed_period is null or spell.closed_period > :period)
order by spell.person_id, spell.register_date desc, spell.spell_id
