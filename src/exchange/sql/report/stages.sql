-- Receipts of the stages that lead to the publication, in the order of the work.
-- reads: ledger.receipt
-- writes: nothing
-- parameters: period (text)
select r.stage, r.subject, r.rows_in, r.rows_out, r.rows_aside, r.fingerprint
from ledger.receipt r
where r.period = :period and r.stage in ('land', 'read', 'validate', 'resolve')
order by array_position(array['land', 'read', 'validate', 'resolve'], r.stage), r.subject
