-- Persons found to be one: the loser stays and points to the survivor.
-- reads: month_merge
-- writes: registry.person
-- parameters: period
update registry.person as person
set status = 'merged', merged_into = merged.into_id, merged_period = :period
from month_merge as merged
where person.person_id = merged.from_id
