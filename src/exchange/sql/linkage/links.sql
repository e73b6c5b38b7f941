-- engine: DuckDB
-- reads: record_profile, profile, node_person (node, root: of the nodes that joined another)
-- writes: nothing (result: record, first: the smallest record of its person)
-- parameters: none
with rooted as (
    select record_profile.record, coalesce(node_person.root, profile.node) as root
    from record_profile
    inner join profile on profile.profile = record_profile.profile
    left join node_person on node_person.node = profile.node
)

select rooted.record, person.first
from rooted
inner join (select root, min(record) as first from rooted group by root) as person on person.root = rooted.root
order by rooted.record
