-- What was corrected before of some rows, the newest last.
-- reads: ledger.correction, ledger.delivery
-- writes: nothing
-- parameters: row_ids (text array)
select correction.row_id_old, correction.new_hmac
from ledger.correction as correction
join ledger.delivery as delivery on delivery.delivery_id = correction.delivery_id
where correction.row_id_old = any(cast(:row_ids as text[]))
order by delivery.version, correction.row_id_new
