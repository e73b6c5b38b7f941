-- The two rows under which people spoke of these two persons before, if they did.
-- reads: registry.decision, registry.link, registry.current_person
-- writes: nothing
-- parameters: one, other (person ids)
select decision.row_id_a, decision.row_id_b
from registry.decision as decision
join registry.link as link_a on link_a.row_id = decision.row_id_a
join registry.current_person as now_a on now_a.person_id = link_a.person_id
join registry.link as link_b on link_b.row_id = decision.row_id_b
join registry.current_person as now_b on now_b.person_id = link_b.person_id
where (now_a.current_id = :one and now_b.current_id = :other) or (now_a.current_id = :other and now_b.current_id = :one)
order by decision.seq
limit 1
