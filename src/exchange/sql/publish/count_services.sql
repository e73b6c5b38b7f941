-- Services of the month by class and item and by whose they were; a township is where the clinic is.
-- reads: core.service
-- writes: mart.service_count
-- parameters: period, generation
insert into mart.service_count (
    period, generation, township9, service_class, service_item, migrant, migrant_unregistered, hukou, memo, unknown, total
)
select
    :period, :generation, coalesce(township9, 'district'), service_class, coalesce(service_item, ''),
    count(*) filter (where resident_group = 'migrant'),
    count(*) filter (where resident_group = 'migrant_unregistered'),
    count(*) filter (where resident_group = 'hukou'),
    count(*) filter (where resident_group = 'memo'),
    count(*) filter (where resident_group = 'unknown'),
    count(*)
from core.service
where period = :period
group by grouping sets ((township9, service_class), (township9, service_class, service_item),
    (service_class), (service_class, service_item))
having grouping(service_item) = 1 or service_item is not null
