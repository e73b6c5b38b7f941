-- What people said about rows, and what came of it.
-- reads: registry.decision, registry.decision_applied
-- writes: nothing
-- parameters: row_ids (text[])
select
    said.decision_id, said.verdict, said.decided_at, said.second_actor, said.needs_two, done.effect,
    done.period as effect_period
from registry.decision as said
left join registry.decision_applied as done on done.decision_id = said.decision_id
where said.row_id_a = any(cast(:row_ids as text[])) or said.row_id_b = any(cast(:row_ids as text[]))
order by said.seq
