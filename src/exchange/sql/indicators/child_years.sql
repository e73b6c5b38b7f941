-- Denominator: children who completed their first, second or third year of life this year, with a check due here.
-- reads: month_child_year
-- writes: nothing
-- parameters: none
select township9, person_id, part, 1 as counted, spell_id as row_id
from month_child_year
where expected > 0
