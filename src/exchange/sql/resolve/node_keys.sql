-- engine: DuckDB
-- reads: node, row_node, profile_key, tier_profile
-- writes: node_key (node, tier, key): every key of every node, and its names as tier `name`
-- parameters: none
create table node_key as
with place as (
    select distinct node.node, row_node.profile from row_node join node on node.evidence = row_node.evidence
)
select distinct place.node, profile_key.tier, profile_key.key
from place join profile_key on profile_key.profile = place.profile
union all
select distinct place.node, 'name' as tier, tier_profile.name as key
from place join tier_profile on tier_profile.profile = place.profile
where tier_profile.name is not null;
