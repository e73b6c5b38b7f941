-- engine: DuckDB
-- reads: row_node (row_id, evidence), node, asked_row (row_id)
-- writes: nothing; returns the nodes of the rows asked for, where they are among those looked at
-- parameters: none
select row_node.row_id, node.node
from row_node
semi join asked_row on asked_row.row_id = row_node.row_id
join node on node.evidence = row_node.evidence
order by row_node.row_id;
