-- Numerator: doses of the schedule that are on record, each by the row of the dose that covers it.
-- reads: month_doses, month_stock, core.service
-- writes: nothing
-- parameters: known, immunisation_class
select stock.person_id, doses.dose as part, 1 as counted, array_agg(service.row_id order by service.row_id) as row_ids
from month_doses as doses
join month_stock as stock on stock.spell_id = doses.spell_id
join core.service as service
    on service.person_id = stock.person_id and service.period <= :known
    and service.service_class = :immunisation_class and service.vaccine = doses.vaccine
    and coalesce(service.dose_date, service.service_date) = doses.given_on
group by stock.person_id, doses.dose
