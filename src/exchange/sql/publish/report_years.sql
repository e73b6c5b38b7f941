-- The year so far of every line: a stock as it stands, events added to last month's year, the year's first opening.
-- Lines that count persons have their year already.
-- reads: mart.report_line, ledger.generation
-- writes: mart.report_line
-- parameters: period, generation, previous, year_period, event_lines, stock_lines, opening_lines
with earlier as (
    select line.*
    from mart.report_line as line
    where line.period = :previous and line.period >= :year_period
        and line.generation = (select max(generation) from ledger.generation where period = :previous)
)
update mart.report_line as line
set
    hukou_year = case
        when line.line = any(:stock_lines) then line.hukou
        when line.line = any(:opening_lines) then coalesce(earlier.hukou_year, line.hukou)
        else coalesce(earlier.hukou_year + coalesce(line.hukou, 0), line.hukou)
    end,
    migrant_year = case
        when line.line = any(:stock_lines) then line.migrant
        when line.line = any(:opening_lines) then coalesce(earlier.migrant_year, line.migrant)
        else coalesce(earlier.migrant_year + coalesce(line.migrant, 0), line.migrant)
    end,
    ge6m_year = case
        when line.line = any(:stock_lines) then line.ge6m
        when line.line = any(:opening_lines) then coalesce(earlier.ge6m_year, line.ge6m)
        else coalesce(earlier.ge6m_year + coalesce(line.ge6m, 0), line.ge6m)
    end
from mart.report_line as own
left join earlier on earlier.township9 = own.township9 and earlier.line = own.line
where line.period = :period and line.generation = :generation
    and own.period = line.period and own.generation = line.generation
    and own.township9 = line.township9 and own.line = line.line
    and line.line = any(cast(:event_lines as text[]) || cast(:stock_lines as text[]) || cast(:opening_lines as text[]))
