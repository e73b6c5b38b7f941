-- The figures of a month in its newest generation.
-- reads: mart.figure, ledger.generation
-- writes: nothing
-- parameters: period
select township9, name, grouping, numerator, denominator
from mart.figure
where period = :period and generation = (select max(generation) from ledger.generation where period = :period)
    and (denominator is null or grouping = '')
order by township9, name, grouping
