-- Beside it: live births this year of mothers who were here on the day and had left before day 28.
-- reads: core.mothers_left
-- writes: nothing
-- parameters: year_start, as_of
select township9, person_id, delivery_date::text as part, live_births as counted, spell_id as row_id
from core.mothers_left(:year_start, :as_of, 28)
where live_births > 0
