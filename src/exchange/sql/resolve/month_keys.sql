-- engine: DuckDB
-- reads: node_key, hashed_key (key_kind, key, token), node_person (node, person_id), new_key (key_kind, key_hmac, person_id)
-- writes: nothing; returns the keys by which a person is known from this month on
-- parameters: none
-- new_key without a person: the key came without a registered number, so it is new for whomever it went to.
select distinct node_key.tier as key_kind, hashed_key.token as key_hmac, node_person.person_id
from node_key
join hashed_key on hashed_key.key_kind = node_key.tier and hashed_key.key = node_key.key
join node_person on node_person.node = node_key.node
semi join new_key
    on new_key.key_kind = node_key.tier
    and new_key.key_hmac = hashed_key.token
    and (new_key.person_id is null or new_key.person_id = node_person.owner_id)
order by key_kind, key_hmac, person_id;
