-- What every expected sender did in a publication's month.
-- reads: mart.unit_status
-- writes: nothing
-- parameters: period (text), generation (int)
select source, unit_code, township9, name, status, is_late, rows_in, accepted, warned, set_aside
from mart.unit_status
where period = :period and generation = :generation
order by source, unit_code
