-- Lines of the report of the month before in its newest generation, when that month is of the same year.
-- reads: mart.report_line, ledger.generation
-- writes: nothing
-- parameters: period (text), previous (text)
select township9, line, hukou, migrant, ge6m, hukou_year, migrant_year, ge6m_year
from mart.report_line
where period = :previous and left(:previous, 4) = left(:period, 4)
    and generation = (select max(generation) from ledger.generation where period = :previous)
order by township9, line
