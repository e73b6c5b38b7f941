-- Files of a month by sender.
-- reads: ledger.delivery
-- writes: nothing
-- parameters: period (text), units (text[], source/unit)
select source, unit_code, path, sha256, status, is_late, coalesce(rule, '') as rule
from ledger.delivery
where (processed_period = :period or (processed_period is null and file_period = :period))
    and source || '/' || coalesce(unit_code, '') = any(cast(:units as text[]))
order by source, unit_code, path
