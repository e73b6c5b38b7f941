-- engine: DuckDB
-- reads: node_key, node_person (node, person_id, has_number), node (node, row_id)
-- writes: nothing; returns pairs of persons who agree in the candidate key, one of them without a number
-- parameters: largest (keys with more people than this are left out)
with held as (
    select node_key.key, node_person.person_id, bool_or(node_person.has_number) as has_number, min(node.row_id) as row_id
    from node_key
    join node_person on node_person.node = node_key.node
    join node on node.node = node_key.node
    where node_key.tier = 'CANDIDATE'
    group by node_key.key, node_person.person_id
),
meeting as (select key from held group by key having count(*) between 2 and $largest)
select distinct
    a.person_id as person_a, b.person_id as person_b, a.row_id as row_id_a, b.row_id as row_id_b
from held as a
semi join meeting on meeting.key = a.key
join held as b on b.key = a.key and b.person_id <> a.person_id
where not a.has_number and (b.has_number or a.person_id < b.person_id)
order by person_a, person_b;
