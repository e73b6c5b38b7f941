-- Denominator: women of child-bearing age who were ever married.
-- reads: month_stock
-- writes: nothing
-- parameters: none
select township9, person_id, '' as part, 1 as counted, spell_id as row_id
from month_stock
where sex = '2' and age between 15 and 49 and is_ever_married
