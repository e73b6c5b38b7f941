-- engine: DuckDB
-- reads: evidence, row_node, row_profile, node, hidden_source (source)
-- writes: hidden_row (place, row_id, source, node and what the row would tell without its number)
-- parameters: $share (of 100 rows)
-- Rows are chosen by a digest of their id, which no value of a person goes into. Only numbers nobody disputes are
-- hidden: a borrowed number would be counted as the linker's error.
create table hidden_row as
select
    row_number() over (order by evidence.row_id) - 1 as place,
    evidence.row_id,
    evidence.source,
    node.node,
    evidence.name as written,
    evidence.village,
    case when not evidence.is_unnamed then evidence.name_key end as name,
    evidence.birth_told as birth_date,
    evidence.sex_told as sex,
    evidence.phone,
    evidence.guardian_number,
    evidence.guardian_name,
    evidence.health_record,
    evidence.certificate,
    evidence.township
from evidence
join row_profile on row_profile.row_id = evidence.row_id and row_profile.number is not null
join row_node on row_node.row_id = evidence.row_id
join node on node.evidence = row_node.evidence
join hidden_source on hidden_source.source = evidence.source
where md5_number_lower(evidence.row_id) % 100 < $share;
