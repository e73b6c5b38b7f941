-- engine: DuckDB
-- reads: accepted (accepted rows of every source of the period), reopened (earlier rows that are looked at anew),
--        expected (one empty row set with every column), precedence
-- writes: evidence (one row per kept row: what it tells about its person)
-- parameters: none
-- A number in a child's row that can only be an adult's is never the child's own (M01), and a phone shared by many
-- names nobody. A contradiction is a printed sex that is not the number's, or a printed birth year three or more off:
-- smaller differences are typing errors. A child called after its mother (王某之子) names her.
create table evidence as
with kept as (
    select * from expected
    union all by name
    select * from accepted where disposition in ('accept', 'warn')
    union all by name
    select * from reopened
)
select
    kept.row_id,
    kept.source,
    coalesce(precedence.precedence, 99) as precedence,
    case when coalesce(kept.adult_id_on_child, false) then null else kept.id_scheme end as scheme,
    case when coalesce(kept.adult_id_on_child, false) then null else kept.id_number end as number,
    kept.id_number__outcome = 'upgraded' as is_upgraded,
    kept.name,
    coalesce(kept.is_temp_name, false) as is_temp_name,
    kept.name_key,
    coalesce(kept.is_temp_name, false) or kept.name is null or regexp_matches(kept.name_key, '[?*]') as is_unnamed,
    strftime(kept.birth_date, '%Y-%m-%d') as birth_date,
    strftime(coalesce(kept.birth_printed, kept.birth_date), '%Y-%m-%d') as birth_printed,
    nullif(kept.sex, '0') as sex,
    nullif(coalesce(kept.sex_printed, kept.sex), '0') as sex_printed,
    coalesce(abs(date_diff('year', kept.birth_printed, kept.birth_date)) >= 3, false)
        or coalesce(not kept.sex_agrees, false) as is_contradicted,
    case when not coalesce(kept.phone_shared, false) then kept.phone end as phone,
    kept.guardian_id as guardian_number,
    coalesce(
        kept.guardian_name_key,
        case when kept.is_temp_name then nullif(regexp_extract(kept.name_key, '^(.+)zhi[a-z]{0,6}(zi|nv|er)$', 1), '') end
    ) as guardian_name,
    kept.ehr_number as health_record,
    kept.certificate_number as certificate,
    kept.unit_township9 as township,
    kept.village,
    nullif(kept.sex_printed, '0') as sex_told,
    strftime(kept.birth_printed, '%Y-%m-%d') as birth_told
from kept left join precedence on precedence.source = kept.source;
