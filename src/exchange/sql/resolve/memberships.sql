-- engine: DuckDB
-- reads: node_key, hashed_key (key_kind, key, token), known_key (key_kind, token, node: keys of registered persons)
-- writes: nothing; returns tier, key (its token) and node of every key that two nodes or more have
-- parameters: none
with held as (
    select node_key.node, node_key.tier, hashed_key.token
    from node_key join hashed_key on hashed_key.key_kind = node_key.tier and hashed_key.key = node_key.key
    where node_key.tier <> 'name'
    union all
    select node, key_kind, token from known_key
),
joining as (
    select tier, token from held group by tier, token having count(distinct node) > 1
)
select held.tier, held.token as key, held.node
from held semi join joining on joining.tier = held.tier and joining.token = held.token;
