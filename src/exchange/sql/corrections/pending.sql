-- The correction of a sender and month that no month has taken in yet, row by row; the newest version alone counts.
-- reads: ledger.correction, ledger.delivery
-- writes: nothing
-- parameters: source, unit_code, file_period (text)
with waiting as (
    select delivery_id, sha256
    from ledger.delivery
    where source = :source and unit_code = :unit_code and file_period = :file_period and kind = 'correction'
        and processed_period is null
    order by version desc
    limit 1
)
select waiting.sha256, correction.*
from ledger.correction as correction
join waiting on waiting.delivery_id = correction.delivery_id
order by correction.sheet_new, correction.row_new
