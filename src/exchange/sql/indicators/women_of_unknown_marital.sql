-- Beside it: women of child-bearing age of whom nobody said whether they were ever married.
-- reads: month_stock, core.person
-- writes: nothing
-- parameters: coupled, not_coupled
select stock.township9, stock.person_id, '' as part, 1 as counted, stock.spell_id as row_id
from month_stock as stock
join core.person as person on person.person_id = stock.person_id
where stock.sex = '2' and stock.age between 15 and 49
    and not coalesce(person.marital = any(cast(:coupled as text[]) || cast(:not_coupled as text[])), false)
