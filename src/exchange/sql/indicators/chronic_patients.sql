-- Denominator: people seen for hypertension or diabetes in the last twelve months.
-- reads: month_stock, core.service
-- writes: nothing
-- parameters: known, as_of, chronic_items
select stock.township9, stock.person_id, '' as part, 1 as counted, stock.spell_id as row_id
from month_stock as stock
where exists (
    select from core.service as service
    where service.person_id = stock.person_id and service.period <= :known and service.service_item = any(:chronic_items)
        and service.service_date > cast(:as_of as date) - interval '12 months' and service.service_date <= :as_of
)
