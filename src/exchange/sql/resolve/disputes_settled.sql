-- engine: PostgreSQL
-- reads: claim_owner, registry.review_item, registry.key, merged_before
-- writes: nothing; returns owners of numbers and those whose rows were kept from the number because of their name,
--         where that name is now the one claimed
-- parameters: period
-- A lookup in the index for each (lateral, offset 0): a join would read the register from end to end every month.
with disputed as (
    select distinct owner.key_hmac, owner.person_id as owner_id, coalesce(other.current_id, item.person_a) as person_id
    from registry.review_item as item
    left join merged_before as own on own.person_id = item.person_b
    left join merged_before as other on other.person_id = item.person_a
    join claim_owner as owner on owner.person_id = coalesce(own.current_id, item.person_b)
    where item.kind = 'id_dispute' and item.period < :period
),
called as (
    select person_id, person_id as known_as, key_hmac from disputed
    union
    select disputed.person_id, m.person_id, disputed.key_hmac from disputed join merged_before as m on m.current_id = disputed.person_id
),
named as (
    select person_id, key_hmac from called
    where exists (
        select from registry.key as k
        where k.key_kind = 'name' and k.key_hmac = called.key_hmac and k.person_id = called.known_as
            and k.first_period < :period
        offset 0
    )
)
select distinct disputed.owner_id as person_id, disputed.person_id as other_id
from disputed join named on named.person_id = disputed.person_id and named.key_hmac = disputed.key_hmac
where disputed.owner_id <> disputed.person_id
order by person_id, other_id;
