-- W08: printed as hukou population, registered here as a migrant on the day of service. Warns, sets nothing aside.
-- reads: month_flagged (rows with a valid number printed as hukou population), core.residence_spell
-- writes: ledger.source_row, ledger.issue
-- parameters: period
with mismatch as (
    select flagged.row_id
    from month_flagged as flagged
    where exists (
        select from core.residence_spell as spell
        where spell.person_id = flagged.person_id
            and spell.scope_group = 'default'
            and core.covers(spell, flagged.service_date)
    )
)
select ledger.warn_rows(:period, 'W08', 'resident_type', array(select row_id from mismatch))
