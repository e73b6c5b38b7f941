-- Numerator: children with a dose given after the year's first published month.
-- reads: core.service, ledger.generation
-- writes: nothing
-- parameters: period, known, year_period, as_of, immunisation_class
select person_id, '' as part, 1 as counted, array_agg(row_id order by service_date, row_id) as row_ids
from core.service
where period <= :known and service_class = :immunisation_class and vaccine is not null
    and coalesce(dose_date, service_date) <= :as_of
    and coalesce(dose_date, service_date) >= (
        select cast(min(period) || '-01' as date) + interval '1 month'
        from ledger.generation
        where period >= :year_period and period < :period
    )
group by person_id
