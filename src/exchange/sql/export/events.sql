-- What became of persons' ids in the months so far, in the order in which it is to be followed: born, given a number,
-- merged, parted, rows reassigned, kept from a number. The id of an event never changes.
-- reads: registry.feed
-- writes: nothing
-- parameters: period
select event_id, period, kind, person_id, other_id, why::text as why
from registry.feed
where period <= :period
order by
    period,
    array_position(array['create', 'id_attach', 'merge', 'split', 'reassign', 'id_dispute'], kind),
    person_id, other_id nulls first, event_id
