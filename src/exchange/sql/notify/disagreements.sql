-- Rows of one source about which sources disagree at the end of a month, by the unit that sent them.
-- reads: core.disagreement, ledger.source_row, ledger.delivery
-- writes: nothing
-- parameters: source (text), period (text)
select delivery.unit_code, known.field, row.file, row.sheet, row.row
from core.disagreement as known
join ledger.source_row as row on row.row_id = known.row_id
left join ledger.delivery as delivery on delivery.delivery_id = row.delivery_id
where known.source = :source and known.first_period <= :period
    and (known.closed_period is null or known.closed_period > :period)
order by delivery.unit_code, known.field, row.file, row.sheet, row.row
