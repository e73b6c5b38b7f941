-- engine: DuckDB
-- reads: record_profile, profile, node_person (node, root)
-- writes: nothing (result: record, first: the smallest record of its person)
-- parameters: none
with rooted as (
    select record_profile.record, node_person.root
    from record_profile
    inner join profile on profile.profile = record_profile.profile
    inner join node_person on node_person.node = profile.node
)

select record, min(record) over (partition by root) as first
from rooted
order by record
