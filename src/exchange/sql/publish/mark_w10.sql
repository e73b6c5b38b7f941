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
),
marked as (
    update ledger.source_row as source_row
    set
        disposition = case source_row.disposition when 'accept' then 'warn' else source_row.disposition end,
        rules = array_to_string(
            array(
                select rule
                from unnest(string_to_array(source_row.rules, chr(59)) || array['W10']) as rule
                where rule <> '' order by rule
            ),
            chr(59)
        )
    from hasty
    where
        source_row.row_id = hasty.row_id
        and 'W10' <> all(string_to_array(source_row.rules, chr(59)))
    returning source_row.row_id
)
insert into ledger.issue (period, row_id, field, rule)
select :period, row_id, 'dose_date', 'W10' from marked
