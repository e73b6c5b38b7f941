-- Denominator: doses due to children under seven, here three months or more, the grace gone by.
-- reads: month_doses, month_stock
-- writes: nothing
-- parameters: none
select stock.township9, stock.person_id, doses.dose as part, 1 as counted, stock.spell_id as row_id
from month_doses as doses
join month_stock as stock on stock.spell_id = doses.spell_id
where stock.has_stayed_3_months and doses.is_due
