-- Numbers of this month that the vault cannot open yet.
-- reads: month_identifier, vault.identity
-- writes: nothing
-- parameters: none
select distinct identifier.id_hmac
from month_identifier as identifier
where not exists (select from vault.identity as kept where kept.id_hmac = identifier.id_hmac)
order by identifier.id_hmac
