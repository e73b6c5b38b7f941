-- Rows a source's senders corrected, once a month took the corrections in: old place, new place, what became of them.
-- reads: ledger.correction, ledger.correction_act, ledger.source_row, ledger.delivery
-- writes: nothing
-- parameters: period (text), source (text)
select
    delivery.unit_code, old.file, old.sheet, old.row, correction.fields,
    (act.imported_at at time zone 'Asia/Shanghai')::date as returned_on,
    new.disposition, new.rules, new.file as new_file, new.row as new_row
from ledger.correction as correction
join ledger.correction_act as act on act.act_id = correction.act_id
join ledger.source_row as new on new.row_id = correction.row_id_new
join ledger.source_row as old on old.row_id = correction.row_id_old
join ledger.delivery as delivery on delivery.delivery_id = new.delivery_id
where new.period = :period and new.source = :source and new.disposition <> 'superseded'
order by delivery.unit_code, old.file, old.sheet, old.row, new.file, new.row
