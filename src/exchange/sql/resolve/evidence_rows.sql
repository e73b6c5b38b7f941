-- engine: DuckDB
-- reads: reason (place: their order, node, tier, other, row_id_b, person_b, bits, runner_up, model, detail),
--        row_node, node, node_person
-- writes: nothing; returns the evidence of every row whose node found its person by more than its own number
-- parameters: none
select
    row_node.row_id,
    row_number() over (partition by row_node.row_id order by reason.place) as step,
    node_person.person_id, reason.tier, reason.bits, reason.runner_up,
    coalesce(reason.row_id_b, other.row_id) as other_row, reason.person_b as other_person, reason.model, reason.detail
from reason
join node on node.node = reason.node
join node_person on node_person.node = reason.node
join row_node on row_node.evidence = node.evidence
left join node as other on other.node = reason.other
order by row_node.row_id, step;
