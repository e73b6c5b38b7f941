-- Combinations of attributes by which a person without a number is known.
-- reads: month_key
-- writes: registry.key
-- parameters: period
insert into registry.key (key_kind, key_hmac, person_id, first_period)
select distinct key_kind, key_hmac, person_id, :period
from month_key
on conflict (key_kind, key_hmac, person_id) do nothing
