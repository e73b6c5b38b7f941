-- Everybody registered at the end of the month, by mobility scope.
-- reads: core.residence_spell
-- writes: mart.figure
-- parameters: period, generation
insert into mart.figure (period, generation, township9, name, grouping, numerator, denominator, status)
select :period, :generation, coalesce(spell.township9, 'district'), 'closing_by_scope', spell.scope, count(*), null, 'COMPUTED'
from core.residence_spell as spell
where core.is_open(spell, :period)
group by grouping sets ((spell.township9, spell.scope), (spell.scope))
