-- The movements of one kind in a month, each with the row that made it.
-- reads: core.register_event
-- writes: nothing
-- parameters: period (text), term (text), scope_group (text, all or default), township9 (text, '' for all)
select township9, person_id, coalesce(event_date::text, '') as part, row_id as basis_row_id
from core.register_event
where period = :period and kind = :term and (:scope_group = 'all' or scope_group = :scope_group) and (:township9 = '' or township9 = :township9)
order by township9, person_id, row_id
