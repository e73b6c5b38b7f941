-- engine: PostgreSQL
-- reads: wanted_key (key_kind, key_hmac, person_id), registry.key
-- writes: nothing; returns the wanted keys their own person did not have before the period
-- parameters: period
select w.key_kind, w.key_hmac, w.person_id
from wanted_key w
where w.person_id is not null and not exists (
    select from registry.key k
    where k.key_kind = w.key_kind and k.key_hmac = w.key_hmac and k.person_id = w.person_id and k.first_period < :period
);
