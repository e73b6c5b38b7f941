-- W11: care for a pregnancy while an earlier one of the woman, told in any file of any month, has no end. Only warns.
-- reads: core.service, core.pregnancy
-- writes: ledger.source_row, ledger.issue
-- parameters: period, maternity_class, another_pregnancy_days
with second as (
    select service.row_id
    from core.service as service
    where
        service.period = :period
        and service.service_class = :maternity_class
        and exists (
            select from core.pregnancy as earlier
            where
                earlier.person_id = service.person_id
                and earlier.last_menses <= service.last_menses - :another_pregnancy_days
                and not exists (
                    -- An end may be told without the last menses: any of hers after the beginning will do.
                    select from core.pregnancy as ended
                    where
                        ended.person_id = earlier.person_id
                        and coalesce(ended.delivery_date, ended.termination) >= earlier.last_menses
                        and coalesce(ended.last_menses, earlier.last_menses)
                        < earlier.last_menses + :another_pregnancy_days
                )
        )
)
select ledger.warn_rows(:period, 'W11', 'last_menses', array(select row_id from second))
