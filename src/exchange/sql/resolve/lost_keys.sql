-- engine: DuckDB
-- reads: node_key, hashed_key (key_kind, key, token), moved_node (node, from_id), kept_node (node, person_id)
-- writes: nothing; returns the keys that go with the rows a person loses, and that nothing he keeps has as well
-- parameters: none
with gone as (
    select distinct node_key.tier, hashed_key.token, moved_node.from_id
    from node_key
    join moved_node on moved_node.node = node_key.node
    join hashed_key on hashed_key.key_kind = node_key.tier and hashed_key.key = node_key.key
),
kept as (
    select distinct node_key.tier, hashed_key.token, kept_node.person_id
    from node_key
    join kept_node on kept_node.node = node_key.node
    join hashed_key on hashed_key.key_kind = node_key.tier and hashed_key.key = node_key.key
)
select gone.tier as key_kind, gone.token as key_hmac, gone.from_id as person_id
from gone anti join kept
    on kept.tier = gone.tier and kept.token = gone.token and kept.person_id = gone.from_id
order by key_kind, key_hmac, person_id;
