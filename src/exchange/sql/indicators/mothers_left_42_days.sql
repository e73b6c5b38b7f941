-- Beside it: women delivered this year who were here on the day and had left before day 42.
-- reads: core.mothers_left
-- writes: nothing
-- parameters: year_start, as_of
select township9, person_id, delivery_date::text as part, 1 as counted, spell_id as row_id
from core.mothers_left(:year_start, :as_of, 42)
