-- Denominator: women delivered this year and registered on day 42.
-- reads: core.mothers_here
-- writes: nothing
-- parameters: year_start, as_of
select township9, person_id, delivery_date::text as part, 1 as counted, spell_id as row_id
from core.mothers_here(:year_start, :as_of, 42)
