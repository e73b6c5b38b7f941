-- Everybody registered at the end of the month in a default scope, with what figures and lists ask of them.
-- reads: core.residence_spell, core.person
-- writes: month_stock (temporary)
-- parameters: period, as_of, ever_married
create temporary table month_stock on commit drop as
select stock.*
from core.residence_spell as spell
cross join lateral core.stock_facts(spell, :as_of, :ever_married) as stock
where core.is_open(spell, :period)
