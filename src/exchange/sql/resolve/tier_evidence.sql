-- engine: DuckDB
-- reads: node_key, hashed_key (key_kind, key, token), known_key (key_kind, token, node), node_root (node, root, rank),
--        joined_node (node, tier: nodes without a number that a tier joined)
-- writes: nothing; returns node, tier, other (the node of the same person that has the tier's key too, best known
--         first) and agreed: every tier whose key the two share
-- parameters: none
with held as (
    select node_key.node, node_key.tier, hashed_key.token
    from node_key join hashed_key on hashed_key.key_kind = node_key.tier and hashed_key.key = node_key.key
    where node_key.tier <> 'name'
    union all
    select node, key_kind, token from known_key
),

met as (
    select joined_node.node, joined_node.tier, other.node as other, other_root.rank
    from joined_node
    join node_root as own_root on own_root.node = joined_node.node
    join held as own on own.node = joined_node.node and own.tier = joined_node.tier
    join held as other on other.tier = own.tier and other.token = own.token and other.node <> own.node
    join node_root as other_root on other_root.node = other.node and other_root.root = own_root.root
),

best as (
    select node, tier, other from met
    qualify row_number() over (partition by node order by rank, other) = 1
)

select best.node, any_value(best.tier) as tier, any_value(best.other) as other, list(distinct own.tier order by own.tier) as agreed
from best
join held as own on own.node = best.node
join held as theirs on theirs.node = best.other and theirs.tier = own.tier and theirs.token = own.token
group by best.node
order by best.node;
