-- Denominator: everybody here six months or more.
-- reads: month_stock
-- writes: nothing
-- parameters: none
select township9, person_id, '' as part, 1 as counted, spell_id as row_id
from month_stock
where has_stayed_6_months
