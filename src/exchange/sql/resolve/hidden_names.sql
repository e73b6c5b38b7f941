-- engine: DuckDB
-- reads: hidden_hash (key_kind, key, token), row_node, node, tier_profile, hidden_row, node_person (node, person_id),
--        registered_name (person_id, token)
-- writes: person_name (person_id, token: names the persons have by rows that are not hidden)
-- parameters: none
create table person_name as
select distinct node_person.person_id, hidden_hash.token
from row_node
join node on node.evidence = row_node.evidence
join tier_profile on tier_profile.profile = row_node.profile
join hidden_hash on hidden_hash.key_kind = 'name' and hidden_hash.key = tier_profile.name
join node_person on node_person.node = node.node
anti join hidden_row on hidden_row.row_id = row_node.row_id
union
select person_id, token from registered_name;
