-- The services of a month in its newest generation, for the whole district.
-- reads: mart.service_count, ledger.generation
-- writes: nothing
-- parameters: period
select service_class, service_item, migrant, migrant_unregistered, hukou, memo, unknown, total
from mart.service_count
where period = :period and generation = (select max(generation) from ledger.generation where period = :period) and township9 = 'district'
order by service_class, service_item
