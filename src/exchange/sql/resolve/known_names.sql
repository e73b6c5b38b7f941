-- engine: PostgreSQL
-- reads: wanted_claim (scheme, id_hmac, key_hmac of the name), registry.identifier, registry.key, merged_before
-- writes: nothing; returns the registered numbers with a wanted name that their person had before the period
-- parameters: period
with owner as (
    select w.scheme, w.id_hmac, w.key_hmac, coalesce(m.current_id, i.person_id) as person_id
    from wanted_claim w
    join registry.identifier i on i.scheme = w.scheme and i.id_hmac = w.id_hmac and i.first_period < :period
    left join merged_before m on m.person_id = i.person_id
)
select distinct o.scheme, o.id_hmac, o.key_hmac, o.person_id
from owner o
where exists (
    select from registry.key k
    left join merged_before m on m.person_id = k.person_id
    where k.key_kind = 'name' and k.key_hmac = o.key_hmac and k.first_period < :period
        and coalesce(m.current_id, k.person_id) = o.person_id
);
