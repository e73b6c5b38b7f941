-- engine: PostgreSQL
-- reads: wanted_claim (scheme, id_hmac, key_hmac of the name), registry.identifier, registry.key, merged_before
-- writes: temporary table claim_owner (the same columns, person_id, is_named): whose the claimed numbers were before the
--         period, and whether that person had the name then
-- parameters: period
-- A lookup in the index for each (lateral, offset 0): a join would read the register from end to end every month.
create temporary table claim_owner on commit drop as
with owner as (
    select distinct w.scheme, w.id_hmac, w.key_hmac, coalesce(m.current_id, i.person_id) as person_id
    from wanted_claim as w
    cross join lateral (
        select person_id from registry.identifier
        where scheme = w.scheme and id_hmac = w.id_hmac and first_period < :period
        offset 0
    ) as i
    left join merged_before as m on m.person_id = i.person_id
),
called as (
    select person_id, person_id as known_as, key_hmac from owner
    union
    select owner.person_id, m.person_id, owner.key_hmac from owner join merged_before as m on m.current_id = owner.person_id
),
named as (
    select distinct person_id, key_hmac from called
    where exists (
        select from registry.key as k
        where k.key_kind = 'name' and k.key_hmac = called.key_hmac and k.person_id = called.known_as
            and k.first_period < :period
        offset 0
    )
)
select owner.*, named.person_id is not null as is_named
from owner
left join named on named.person_id = owner.person_id and named.key_hmac = owner.key_hmac;
