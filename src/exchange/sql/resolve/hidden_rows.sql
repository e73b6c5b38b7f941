-- engine: DuckDB
-- reads: evidence, row_node, row_profile, node, hidden_source (source)
-- writes: hidden_row (place, row_id, source, node and what the row would tell without its number)
-- parameters: $share (of 100 rows with a number), $day (the month's last)
-- Rows without a number are not like the others: more newborns, more guardians, names not given yet. Rows are hidden in
-- the proportions of those that really lack a number, by source, age, and whether they tell a telephone, a guardian and a
-- document of ours; and each tells no more than one of those does: what that one leaves out is left out. Half of a kind
-- at most is hidden, and nothing of a source in which every row has a number.
-- Rows are chosen by a digest of their id, which no value of a person goes into. Only numbers nobody disputes are
-- hidden: a borrowed number would be counted as the linker's error.
create table hidden_row as
with told as (
    select
        evidence.*,
        row_profile.number is not null as has_number,
        md5_number_lower(evidence.row_id) as lot,
        struct_pack(
            age := case
                when birth_told is null then if(coalesce(evidence.guardian_name, evidence.guardian_number) is null, 18, 1)
                else list_max(list_filter([0, 1, 7, 18], lambda years: birth_told::date + to_years(years) <= $day or years = 0))
            end,
            phone := evidence.phone is not null,
            guardian := coalesce(evidence.guardian_name, evidence.guardian_number) is not null,
            document := coalesce(evidence.health_record, evidence.certificate) is not null
        ) as kind
    from evidence
    join hidden_source on hidden_source.source = evidence.source
    join row_profile on row_profile.row_id = evidence.row_id
    where row_profile.number is not null or evidence.number is null
),

counted as (
    select
        source, kind,
        count(*) filter (where not has_number) as lacking,
        count(*) filter (where has_number) as numbered
    from told
    group by source, kind
),

running as (
    select
        source, kind, lacking, numbered,
        round(
            $share / 100 * sum(numbered) over (partition by source)
            * sum(lacking) over (partition by source order by kind) / sum(lacking) over (partition by source)
        ) as up_to
    from counted
    qualify sum(lacking) over (partition by source) > 0
),

asked as (
    select
        source, kind, lacking,
        least(up_to - lag(up_to, 1, 0) over (partition by source order by kind), ceil(numbered / 2)) as rows
    from running
),

drawn as (
    select *, row_number() over (partition by source, kind, has_number order by lot, row_id) - 1 as nth from told
)

select
    row_number() over (order by hidden.row_id) - 1 as place,
    hidden.row_id,
    hidden.source,
    node.node,
    case when not model.is_temp_name then hidden.name end as written,
    case when model.village is not null then hidden.village end as village,
    case when not hidden.is_unnamed and not model.is_temp_name then hidden.name_key end as name,
    case when model.birth_told is not null then hidden.birth_told end as birth_date,
    case when model.sex_told is not null then hidden.sex_told end as sex,
    hidden.phone,
    case when model.guardian_number is not null then hidden.guardian_number end as guardian_number,
    case when model.guardian_name is not null then hidden.guardian_name end as guardian_name,
    case when model.health_record is not null then hidden.health_record end as health_record,
    case when model.certificate is not null then hidden.certificate end as certificate,
    hidden.township
from drawn as hidden
join asked on asked.source = hidden.source and asked.kind = hidden.kind and hidden.nth < asked.rows
join drawn as model
    on model.source = hidden.source and model.kind = hidden.kind
    and not model.has_number and model.nth = hidden.nth % asked.lacking
join row_node on row_node.row_id = hidden.row_id
join node on node.evidence = row_node.evidence
where hidden.has_number;
