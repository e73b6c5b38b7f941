-- engine: PostgreSQL
-- reads: claim_owner
-- writes: nothing; returns the registered numbers with a wanted name that their person had before the period
-- parameters: none
select scheme, id_hmac, key_hmac, person_id from claim_owner where is_named;
