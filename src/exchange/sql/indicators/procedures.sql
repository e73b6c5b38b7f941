-- Denominator: family planning procedures given to migrants this year, one by one; a township is where the clinic is.
-- reads: core.service
-- writes: nothing
-- parameters: known, year_start, as_of, procedure_item
select township9, person_id, row_id as part, 1 as counted, row_id
from core.service
where period <= :known and service_item = :procedure_item and service_date between :year_start and :as_of
    and resident_group in ('migrant', 'migrant_unregistered')
