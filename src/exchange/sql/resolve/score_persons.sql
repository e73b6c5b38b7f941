-- engine: DuckDB
-- reads: node, owner_of_node (node, owner_id)
-- writes: nothing; returns nodes, and fresh: nodes with a number nobody is registered to
-- parameters: none
select
    count(*) as nodes,
    count(*) filter (where node.number is not null and owner_of_node.owner_id is null) as fresh
from node left join owner_of_node on owner_of_node.node = node.node;
