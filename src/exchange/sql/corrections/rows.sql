-- Every row of the named files and what became of it: what the row tokens of a returned workbook may stand for.
-- reads: ledger.source_row, ledger.delivery
-- writes: nothing
-- parameters: files (text array; empty for every file)
select
    row.row_id, row.period, row.source, row.file, row.sheet, row.row, row.disposition,
    delivery.unit_code, delivery.file_period
from ledger.source_row as row
join ledger.delivery as delivery on delivery.delivery_id = row.delivery_id
where
    delivery.unit_code is not null
    and (cardinality(cast(:files as text[])) = 0
        or reverse(split_part(reverse(row.file), '/', 1)) = any(cast(:files as text[])))
order by row.file, row.sheet, row.row
