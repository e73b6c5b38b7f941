-- The log of persons says what became of whom.
-- reads: month_change
-- writes: registry.event
-- parameters: period
insert into registry.event (period, kind, person_id, other_id, why)
select :period, kind, person_id, other_id, why
from month_change
order by kind, person_id, other_id
