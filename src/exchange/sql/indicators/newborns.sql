-- Denominator: live births this year, by delivery, of mothers registered on day 28.
-- reads: core.mothers_here
-- writes: nothing
-- parameters: year_start, as_of
select township9, person_id, delivery_date::text as part, live_births as counted, spell_id as row_id
from core.mothers_here(:year_start, :as_of, 28)
where live_births > 0
