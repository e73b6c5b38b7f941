-- The published number of services of a class or item.
-- reads: mart.service_count
-- writes: nothing
-- parameters: period (text), generation (int), code (text), place (text, a township or district)
select total
from mart.service_count
where period = :period and generation = :generation and township9 = :place
    and :code = case service_item when '' then service_class else service_item end
