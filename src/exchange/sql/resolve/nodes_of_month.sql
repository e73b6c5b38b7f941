-- engine: DuckDB
-- reads: row_node (row_id, evidence), node, opened (row_id)
-- writes: nothing; returns the nodes with a row of the month itself
-- parameters: none
select distinct node.node
from row_node
anti join opened on opened.row_id = row_node.row_id
join node on node.evidence = row_node.evidence
order by node.node;
