-- A corrected job takes the place of the one it corrects, in the month that counted it: nothing is counted twice.
-- reads: ledger.correction
-- writes: core.job
-- parameters: period
with replaced as (
    delete from core.job as old
    using ledger.correction as correction
    join core.job as new on new.row_id = correction.row_id_new and new.period = :period
    left join ledger.correction as other
        on other.row_id_old = correction.row_id_old and other.row_id_new <> correction.row_id_new
    where old.row_id in (correction.row_id_old, other.row_id_new)
    returning correction.row_id_new, old.period
)
update core.job as new
set period = replaced.period
from replaced
where new.row_id = replaced.row_id_new
