-- The evidence of rows, step by step, with the place of the row each was compared with.
-- reads: registry.evidence, ledger.source_row
-- writes: nothing
-- parameters: row_ids (text[])
select
    told.row_id, told.period, told.step, told.tier, told.bits, told.runner_up, told.other_row as other_id, told.other_person,
    told.model, told.detail::text as detail, other.source as other_source, other.file as other_file,
    other.sheet as other_sheet, other.row as other_row
from registry.evidence as told
left join ledger.source_row as other on other.row_id = told.other_row
where told.row_id = any(cast(:row_ids as text[]))
order by told.row_id, told.period, told.step
