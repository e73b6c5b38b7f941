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
),
marked as (
    update ledger.source_row as source_row
    set
        disposition = case source_row.disposition when 'accept' then 'warn' else source_row.disposition end,
        rules = array_to_string(
            array(
                select rule
                from unnest(string_to_array(source_row.rules, chr(59)) || array['W08']) as rule
                where rule <> '' order by rule
            ),
            chr(59)
        )
    from mismatch
    where source_row.row_id = mismatch.row_id
    returning source_row.row_id
)
insert into ledger.issue (period, row_id, field, rule)
select :period, row_id, 'resident_type', 'W08' from marked
