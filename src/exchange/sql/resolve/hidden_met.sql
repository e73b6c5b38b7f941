-- engine: DuckDB
-- reads: hidden_key, hidden_hash (key_kind, key, token), hidden_row, row_node, node, profile_key,
--        node_person (node, person_id), registered_key (key_kind, token, person_id)
-- writes: hidden_met (place, tier, person_id: persons who have a key of a hidden row by other rows than the hidden)
-- parameters: $largest (a key more persons have than this proves nothing)
create table hidden_met as
with held as (
    select profile_key.tier, profile_key.key, node_person.person_id
    from row_node
    join node on node.evidence = row_node.evidence
    join profile_key on profile_key.profile = row_node.profile
    join node_person on node_person.node = node.node
    anti join hidden_row on hidden_row.row_id = row_node.row_id
    semi join hidden_key on hidden_key.tier = profile_key.tier and hidden_key.key = profile_key.key
    union
    select registered_key.key_kind, hidden_hash.key, registered_key.person_id
    from registered_key
    join hidden_hash on hidden_hash.key_kind = registered_key.key_kind and hidden_hash.token = registered_key.token
),

usable as (
    select tier, key from held group by tier, key having count(*) <= $largest
)

select distinct hidden_key.place, hidden_key.tier, held.person_id
from hidden_key
semi join usable on usable.tier = hidden_key.tier and usable.key = hidden_key.key
join held on held.tier = hidden_key.tier and held.key = hidden_key.key
where hidden_key.tier <> 'name';
