-- engine: DuckDB
-- reads: node_key, hashed_key (key_kind, key, token), wanted_node (node)
-- writes: nothing; returns the names (tokens) of the nodes asked for
-- parameters: none
select distinct node_key.node, hashed_key.token as name
from node_key join hashed_key on hashed_key.key_kind = node_key.tier and hashed_key.key = node_key.key
semi join wanted_node on wanted_node.node = node_key.node
where node_key.tier = 'name';
