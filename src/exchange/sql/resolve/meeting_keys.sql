-- engine: PostgreSQL
-- reads: wanted_key (key_kind, key_hmac, person_id), registry.key, merged_before
-- writes: nothing; returns the wanted keys that another person than their own had before the period
-- parameters: period
-- A lookup in the index for each (lateral, offset 0): a join would read the register from end to end every month.
select distinct w.key_kind, w.key_hmac, coalesce(m.current_id, k.person_id) as person_id
from (select key_kind, key_hmac, person_id from wanted_key where key_kind <> 'name' order by key_kind, key_hmac) as w
cross join lateral (
    select person_id from registry.key
    where key_kind = w.key_kind and key_hmac = w.key_hmac and first_period < :period
    offset 0
) as k
left join merged_before as m on m.person_id = k.person_id
where w.person_id is null or w.person_id <> coalesce(m.current_id, k.person_id);
