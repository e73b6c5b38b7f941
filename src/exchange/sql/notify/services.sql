-- Services to migrants by township and class: registered ones and those the clinic calls migrants.
-- reads: mart.service_count
-- writes: nothing
-- parameters: period (text), generation (int)
select township9, service_class, migrant + migrant_unregistered as rows
from mart.service_count
where period = :period and generation = :generation and service_item = ''
order by township9, service_class
