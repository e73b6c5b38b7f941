-- What became of persons in a month: how many were merged, split and so on.
-- reads: registry.event
-- writes: nothing
-- parameters: period (text)
select kind, count(*) as persons
from registry.event
where period = :period
group by kind
order by kind
