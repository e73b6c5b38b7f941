-- Services of a class or item a month counted, one by one; a township is where the clinic is.
-- reads: core.service
-- writes: nothing
-- parameters: period (text), code (text), township9 (text, '' for all)
select township9, person_id, coalesce(resident_group, '') as part, row_id as basis_row_id
from core.service
where period = :period and :code in (service_class, service_item) and (:township9 = '' or township9 = :township9)
order by township9, part, person_id, row_id
