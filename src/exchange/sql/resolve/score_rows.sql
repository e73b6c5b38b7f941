-- engine: DuckDB
-- reads: row_node, row_profile, node, evidence, hidden_row, name_value, village_value (raw, text), guardian_value (raw, token)
-- writes: score_row (row_id, node and what the scorer compares of every row; guardians' numbers only as keyed hashes)
-- parameters: none
create table score_row as
select
    row_node.row_id,
    node.node,
    node.number is not null as has_number,
    hidden_row.row_id is not null as is_hidden,
    name_value.name,
    name_value.key,
    name_value.length,
    name_value.s1,
    name_value.s2,
    name_value.s3,
    name_value.s4,
    row_profile.birth_date as born,
    case row_profile.sex when '1' then 'M' when '2' then 'F' end as sex,
    row_profile.phone,
    coalesce(row_profile.guardian_name, name_value.parent) as guardian_key,
    guardian_value.token as guardian_number,
    case when village_value.text is not null then coalesce(row_profile.township, '') || ' ' || village_value.text end
        as community
from row_node
inner join row_profile on row_profile.row_id = row_node.row_id
inner join node on node.evidence = row_node.evidence
inner join evidence on evidence.row_id = row_node.row_id
left join hidden_row on hidden_row.row_id = row_node.row_id
left join name_value on name_value.raw = evidence.name
left join village_value on village_value.raw = evidence.village
left join guardian_value on guardian_value.raw = row_profile.guardian_number;
