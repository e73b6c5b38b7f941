-- Combinations of attributes by which a person without a number is known. Sorted, so that the index grows at its
-- end; what is known is looked up in the index (offset 0), for a join would read every key there is.
-- reads: month_key
-- writes: registry.key
-- parameters: period
insert into registry.key (key_kind, key_hmac, person_id, first_period)
select distinct key_kind, key_hmac, person_id, :period
from month_key as fresh
where not exists (
    select from registry.key as known
    where known.key_kind = fresh.key_kind and known.key_hmac = fresh.key_hmac and known.person_id = fresh.person_id
    offset 0
)
order by key_kind, key_hmac, person_id
