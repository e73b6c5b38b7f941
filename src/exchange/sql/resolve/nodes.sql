-- engine: DuckDB
-- reads: row_node, row_profile
-- writes: node (what is decided about as one, numbered in the order of its evidence)
-- parameters: none
create table node as
select
    (row_number() over (order by row_node.evidence)) - 1 as node,
    row_node.evidence,
    any_value(row_profile.scheme) as scheme,
    any_value(row_profile.number) as number,
    any_value(row_profile.forbidden_scheme) as forbidden_scheme,
    any_value(row_profile.forbidden_number) as forbidden_number,
    min(row_node.row_id) as row_id
from row_node join row_profile on row_profile.row_id = row_node.row_id
group by row_node.evidence;
