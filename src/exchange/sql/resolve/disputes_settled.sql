-- engine: PostgreSQL
-- reads: wanted_claim (scheme, id_hmac, key_hmac of the name), registry.identifier, registry.review_item, registry.key,
--        merged_before
-- writes: nothing; returns owners of numbers and those whose rows were kept from the number because of their name,
--         where that name is now the one claimed
-- parameters: period
with owner as (
    select wanted.key_hmac, coalesce(merged.current_id, known.person_id) as person_id
    from wanted_claim as wanted
    join registry.identifier as known
        on known.scheme = wanted.scheme and known.id_hmac = wanted.id_hmac and known.first_period < :period
    left join merged_before as merged on merged.person_id = known.person_id
),
disputed as (
    select distinct owner.key_hmac, owner.person_id, coalesce(other.current_id, item.person_a) as other_id
    from registry.review_item as item
    left join merged_before as own on own.person_id = item.person_b
    left join merged_before as other on other.person_id = item.person_a
    join owner on owner.person_id = coalesce(own.current_id, item.person_b)
    where item.kind = 'id_dispute' and item.period < :period
)
select distinct disputed.person_id, disputed.other_id
from disputed
where disputed.person_id <> disputed.other_id and exists (
    select from registry.key as known
    left join merged_before as merged on merged.person_id = known.person_id
    where known.key_kind = 'name' and known.key_hmac = disputed.key_hmac and known.first_period < :period
        and coalesce(merged.current_id, known.person_id) = disputed.other_id
)
order by disputed.person_id, disputed.other_id;
