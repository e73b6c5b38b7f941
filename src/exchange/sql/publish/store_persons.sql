-- Persons seen this month: new ones are added, known ones are marked as seen.
-- reads: month_resolved
-- writes: registry.person
-- parameters: period
insert into registry.person (person_id, first_period, last_period, status)
select person_id, :period, :period, 'active'
from month_resolved
on conflict (person_id) do update set last_period = excluded.last_period
