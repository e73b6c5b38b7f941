-- The log of persons says whose rows were kept from a number, once per pair.
-- reads: registry.review_item
-- writes: registry.event
-- parameters: period
insert into registry.event (period, kind, person_id, other_id, why)
select distinct :period, 'id_dispute', item.person_a, item.person_b, '{}'::jsonb
from registry.review_item as item
where item.period = :period and item.kind = 'id_dispute' and item.person_a is not null
    and not exists (
        select from registry.event as known
        where known.kind = 'id_dispute' and known.person_id = item.person_a
            and known.other_id is not distinct from item.person_b
    )
