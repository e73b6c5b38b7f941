-- Source rows with their file, its fingerprint, what became of it, and the receipt of the validation that judged them.
-- reads: ledger.source_row, ledger.delivery, ledger.receipt
-- writes: nothing
-- parameters: row_ids (text[])
select
    own.row_id, own.period, own.source, delivery.unit_code, own.file, own.sheet, own.row, own.disposition, own.rules,
    own.delivery_id, delivery.sha256, delivery.status, delivery.is_late, receipt.run_id, receipt.fingerprint as receipt
from ledger.source_row as own
left join ledger.delivery as delivery on delivery.delivery_id = own.delivery_id
left join ledger.receipt as receipt
    on receipt.period = own.period and receipt.stage = 'validate' and receipt.subject = own.source
where own.row_id = any(cast(:row_ids as text[]))
order by own.source, own.file, own.sheet, own.row
