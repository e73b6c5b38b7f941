-- What became of a person's ids: merged, split, rows moved, numbers disputed.
-- reads: registry.event
-- writes: nothing
-- parameters: person_ids (text[])
select period, kind, person_id, other_id, why::text as why
from registry.event
where person_id = any(cast(:person_ids as text[])) or other_id = any(cast(:person_ids as text[]))
order by period, kind, person_id, other_id
