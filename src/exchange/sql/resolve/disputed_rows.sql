-- engine: DuckDB
-- reads: row_node, row_profile, node (scheme, number), node_person (node, person_id)
-- writes: nothing; returns every row whose number was disputed, its person, and whose number it is this month, if anybody's
-- parameters: none
select
    person.person_id as person_a,
    owner.person_id as person_b,
    row_profile.row_id as row_id_a,
    owner_node.row_id as row_id_b
from row_profile
join row_node on row_node.row_id = row_profile.row_id
join node on node.evidence = row_node.evidence
join node_person as person on person.node = node.node
left join node as owner_node
    on owner_node.scheme = row_profile.forbidden_scheme and owner_node.number = row_profile.forbidden_number
left join node_person as owner on owner.node = owner_node.node
where row_profile.forbidden_number is not null
order by row_id_a;
