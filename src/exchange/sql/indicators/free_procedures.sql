-- Numerator: procedures that were free.
-- reads: core.service
-- writes: nothing
-- parameters: known, procedure_item
select person_id, row_id as part, 1 as counted, array[row_id] as row_ids
from core.service
where period <= :known and service_item = :procedure_item and is_free
