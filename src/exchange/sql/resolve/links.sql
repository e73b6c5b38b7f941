-- engine: DuckDB
-- reads: row_node, node, node_person (node, person_id, tier)
-- writes: nothing; returns whose every row is and by which evidence: T1, T2 by number, a tier's name, or NEW
-- parameters: none
select
    row_node.row_id,
    row_node.source,
    node_person.person_id,
    case
        when row_node.evidence[1] = '1' and row_node.is_upgraded then 'T2'
        when row_node.evidence[1] = '1' then 'T1'
        else coalesce(node_person.tier, 'NEW')
    end as tier
from row_node
join node on node.evidence = row_node.evidence
join node_person on node_person.node = node.node
order by row_node.row_id;
