-- The services of a publication by township, class and item.
-- reads: mart.service_count
-- writes: nothing
-- parameters: period (text), generation (integer)
select
    c.township9 || '|' || c.service_class || '|' || c.service_item as place,
    c.migrant, c.migrant_unregistered, c.hukou, c.memo, c.unknown, c.total
from mart.service_count c
where c.period = :period and c.generation = :generation
order by place
