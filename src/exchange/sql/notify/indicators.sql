-- Numerators and denominators of a publication's indicators by place.
-- reads: mart.figure
-- writes: nothing
-- parameters: period (text), generation (int)
select township9, name, numerator, denominator
from mart.figure
where period = :period and generation = :generation and grouping = '' and denominator is not null
order by township9, name
