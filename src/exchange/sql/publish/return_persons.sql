-- Ids merged away before that are persons again, or that now point to another part of what they were merged into.
-- reads: month_restored (person_id, into_id: null for a person again)
-- writes: registry.person
-- parameters: period
update registry.person as person
set
    status = case when restored.into_id is null then 'active' else 'merged' end,
    merged_into = restored.into_id,
    merged_period = case when restored.into_id is null then null else person.merged_period end,
    last_period = :period
from month_restored as restored
where person.person_id = restored.person_id
