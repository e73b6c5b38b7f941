-- Lines of a month's report by place, in one generation.
-- reads: mart.report_line
-- writes: nothing
-- parameters: period (text), generation (int)
select township9, line, hukou, migrant, ge6m, hukou_year, migrant_year, ge6m_year
from mart.report_line
where period = :period and generation = :generation
order by township9, line
