-- engine: PostgreSQL
-- reads: wanted_claim (scheme, id_hmac, key_hmac of the name), registry.identifier, registry.key, core.person_source,
--        merged_before
-- writes: nothing; returns owners of numbers under a name they never had, of whom the strongest source never spoke
-- parameters: period, strongest (precedence of that source)
with owner as (
    select distinct wanted.key_hmac, coalesce(merged.current_id, known.person_id) as person_id
    from wanted_claim as wanted
    join registry.identifier as known
        on known.scheme = wanted.scheme and known.id_hmac = wanted.id_hmac and known.first_period < :period
    left join merged_before as merged on merged.person_id = known.person_id
)
select distinct owner.person_id
from owner
where not exists (
    select from core.person_source as said
    where said.person_id = owner.person_id and said.precedence = :strongest
) and not exists (
    select from registry.key as known
    left join merged_before as merged on merged.person_id = known.person_id
    where known.key_kind = 'name' and known.key_hmac = owner.key_hmac and known.first_period < :period
        and coalesce(merged.current_id, known.person_id) = owner.person_id
)
order by owner.person_id;
