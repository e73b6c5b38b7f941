-- Beside it: women who gave birth this year and came when thirteen weeks were over.
-- reads: core.mothers_arrived
-- writes: nothing
-- parameters: year_start, as_of
select township9, person_id, delivery_date::text as part, 1 as counted, spell_id as row_id
from core.mothers_arrived(:year_start, :as_of, 13 * 7 - 1)
where came_late
