-- engine: PostgreSQL
-- reads: wanted_key (key_kind, key_hmac, person_id), registry.key
-- writes: nothing; returns the wanted keys their own person did not have before the period
-- parameters: period
-- A lookup in the index for each (offset 0): a join would read the register from end to end every month.
select w.key_kind, w.key_hmac, w.person_id
from (select * from wanted_key where person_id is not null order by key_kind, key_hmac) as w
where not exists (
    select from registry.key as k
    where k.key_kind = w.key_kind and k.key_hmac = w.key_hmac and k.person_id = w.person_id and k.first_period < :period
    offset 0
);
