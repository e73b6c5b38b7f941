-- Questions the register answered by itself: their two persons are one now. Whoever asked about two rows of one person
-- asked whether he is two.
-- reads: registry.review_item, registry.link, registry.current_person
-- writes: registry.review_item
-- parameters: none
update registry.review_item as item
set state = 'expired'
from registry.link as link_a, registry.current_person as now_a, registry.link as link_b, registry.current_person as now_b
where item.state = 'new' and item.kind <> 'asked'
    and link_a.row_id = item.row_id_a and now_a.person_id = link_a.person_id
    and link_b.row_id = item.row_id_b and now_b.person_id = link_b.person_id
    and now_a.current_id = now_b.current_id
