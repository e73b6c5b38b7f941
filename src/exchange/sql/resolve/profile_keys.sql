-- engine: DuckDB
-- reads: tier_profile, tier (name, by: list of kinds of evidence)
-- writes: profile_key (profile, tier, key), only keys of which every part is known
-- parameters: none
create table profile_key as
with parts as (
    select tier_profile.profile, tier.name as tier, list_transform(tier.by, lambda kind: tier_profile.told[kind]) as parts
    from tier_profile cross join tier
)
select profile, tier, array_to_string(parts, chr(31)) as key
from parts
where list_count(parts) = len(parts);
