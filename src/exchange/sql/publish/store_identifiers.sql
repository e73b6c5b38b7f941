-- Numbers that belong to a person from now on; a number once assigned stays with its person.
-- reads: month_identifier
-- writes: registry.identifier
-- parameters: period
insert into registry.identifier (scheme, id_hmac, person_id, first_period)
select distinct on (scheme, id_hmac) scheme, id_hmac, person_id, :period
from month_identifier
order by scheme, id_hmac, person_id
on conflict (scheme, id_hmac) do nothing
