-- Denominator: children under seven, here three months or more.
-- reads: month_stock
-- writes: nothing
-- parameters: none
select township9, person_id, '' as part, 1 as counted, spell_id as row_id
from month_stock
where age < 7 and has_stayed_3_months
