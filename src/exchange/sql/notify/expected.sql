-- What a township's finished workbook must hold, asked anew for the guard: one row per entry of its lists.
-- reads: mart.list_entry
-- writes: nothing
-- parameters: period (text), generation (int), township9 (text), lists (text[])
select list, person_id, entry_id
from mart.list_entry
where period = :period and generation = :generation and township9 = :township9
    and list = any(cast(:lists as text[]))
order by list, person_id, entry_id
