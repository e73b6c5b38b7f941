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
),
marked as (
    update ledger.source_row as source_row
    set
        disposition = case source_row.disposition when 'accept' then 'warn' else source_row.disposition end,
        rules = array_to_string(
            array(
                select rule
                from unnest(string_to_array(source_row.rules, chr(59)) || array['W11']) as rule
                where rule <> '' order by rule
            ),
            chr(59)
        )
    from second
    where
        source_row.row_id = second.row_id
        and 'W11' <> all(string_to_array(source_row.rules, chr(59)))
    returning source_row.row_id
)
insert into ledger.issue (period, row_id, field, rule)
select :period, row_id, 'last_menses', 'W11' from marked
