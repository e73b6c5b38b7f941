-- W10: a dose too soon after another of the same vaccine that the child had by any file of any month. Only warns.
-- reads: core.service
-- writes: ledger.source_row, ledger.issue
-- parameters: period, immunisation_class, dose_gap_days
with hasty as (
    select service.row_id
    from core.service as service
    where
        service.period = :period
        and service.service_class = :immunisation_class
        and exists (
            -- The same dose told twice with two dates is no second dose.
            select from core.service as earlier
            where
                earlier.service_class = :immunisation_class
                and earlier.person_id = service.person_id
                and earlier.vaccine = service.vaccine
                and earlier.dose_number < service.dose_number
                and earlier.dose_date < service.dose_date
                and earlier.dose_date > service.dose_date - :dose_gap_days
        )
)
select ledger.warn_rows(:period, 'W10', 'dose_date', array(select row_id from hasty))
