-- Numerator: children who have every dose that has come due.
-- reads: month_doses, month_stock, core.service
-- writes: nothing
-- parameters: known, as_of, immunisation_class
select
    stock.person_id, '' as part, 1 as counted,
    (
        select array_agg(service.row_id order by service.service_date, service.row_id)
        from core.service as service
        where service.person_id = stock.person_id and service.period <= :known
            and service.service_class = :immunisation_class and service.vaccine is not null
            and coalesce(service.dose_date, service.service_date) <= :as_of
    ) as row_ids
from month_doses as doses
join month_stock as stock on stock.spell_id = doses.spell_id
where doses.is_due
group by stock.person_id
having bool_and(doses.given_on is not null)
