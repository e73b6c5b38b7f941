-- engine: PostgreSQL
-- reads: wanted_key (key_kind, key_hmac, person_id), registry.key, merged_before
-- writes: nothing; returns the wanted keys that another person than their own had before the period
-- parameters: period
select distinct k.key_kind, k.key_hmac, coalesce(m.current_id, k.person_id) as person_id
from wanted_key w
join registry.key k on k.key_kind = w.key_kind and k.key_hmac = w.key_hmac
left join merged_before m on m.person_id = k.person_id
where k.first_period < :period and w.key_kind <> 'name'
    and (w.person_id is null or w.person_id <> coalesce(m.current_id, k.person_id));
