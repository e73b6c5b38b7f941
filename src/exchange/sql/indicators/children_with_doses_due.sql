-- Denominator: children under seven, here three months or more, to whom a dose has come due.
-- reads: month_doses, month_stock
-- writes: nothing
-- parameters: none
select stock.township9, stock.person_id, '' as part, 1 as counted, stock.spell_id as row_id
from month_stock as stock
where stock.has_stayed_3_months
    and exists (select from month_doses as doses where doses.spell_id = stock.spell_id and doses.is_due)
