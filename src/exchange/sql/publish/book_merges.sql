-- The log of persons says what became of whom.
-- reads: month_merge
-- writes: registry.event
-- parameters: period
insert into registry.event (period, kind, person_id, other_id, why)
select :period, 'merge', from_id, into_id, '{}'
from month_merge
order by from_id
