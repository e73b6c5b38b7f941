-- Numbers of a publication's district that are not the sum of its townships'.
-- reads: mart.difference
-- writes: nothing
-- parameters: period (text), generation (int)
select line, townships, district, why
from mart.difference
where period = :period and generation = :generation
order by line
