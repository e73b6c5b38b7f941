-- Denominator: how many registered migrants had a psychiatric follow-up in twelve months; counts only, nobody is named.
-- reads: month_stock, core.service
-- writes: nothing
-- parameters: known, as_of, psychiatric_item
select stock.township9, '' as person_id, stock.township9 as part, count(*) as counted, cast(null as text) as row_id
from month_stock as stock
where exists (
    select from core.service as service
    where service.person_id = stock.person_id and service.period <= :known and service.service_item = :psychiatric_item
        and service.service_date > cast(:as_of as date) - interval '12 months' and service.service_date <= :as_of
)
group by stock.township9
