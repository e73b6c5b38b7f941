-- Numerator: people with family planning guidance this year.
-- reads: core.service
-- writes: nothing
-- parameters: known, year_start, as_of, guidance_item
select person_id, '' as part, 1 as counted, (array_agg(row_id order by service_date, row_id))[1:1] as row_ids
from core.service
where period <= :known and service_item = :guidance_item and service_date between :year_start and :as_of
group by person_id
