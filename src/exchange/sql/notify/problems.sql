-- Findings about rows of one source's deliveries in a month, by place in the file; replaced versions left out.
-- reads: ledger.issue, ledger.source_row, ledger.delivery
-- writes: nothing
-- parameters: period (text), source (text)
select d.unit_code, s.file, s.sheet, s.row, s.row_id, s.disposition, i.rule, i.field
from ledger.issue i
join ledger.source_row s on s.row_id = i.row_id
join ledger.delivery d on d.delivery_id = s.delivery_id
where i.period = :period and s.period = :period and s.source = :source and s.disposition <> 'superseded'
order by d.unit_code, s.file, s.sheet, s.row, i.rule, i.field
