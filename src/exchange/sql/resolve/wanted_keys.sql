-- engine: DuckDB
-- reads: node_key, hashed_key (key_kind, key, token), owner_of_node (node, owner_id)
-- writes: nothing; returns every key of the month with the registered person whose number came with it, if any
-- parameters: none
select distinct node_key.tier as key_kind, hashed_key.token as key_hmac, owner_of_node.owner_id as person_id
from node_key
join hashed_key on hashed_key.key_kind = node_key.tier and hashed_key.key = node_key.key
left join owner_of_node on owner_of_node.node = node_key.node;
