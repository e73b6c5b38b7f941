-- engine: DuckDB
-- reads: evidence, disputed (scheme, number, name_key, is_contradicted of rows whose number is another person's)
-- writes: row_profile (every row with what it tells; rows that tell the same have the same profile)
-- parameters: none
-- A disputed row keeps its number only as the one it must never be joined with, and goes by what was printed.
create table row_profile as
with told as (
    select
        evidence.row_id,
        evidence.source,
        evidence.is_upgraded,
        case when disputed.number is null then evidence.scheme end as scheme,
        case when disputed.number is null then evidence.number end as number,
        disputed.scheme as forbidden_scheme,
        disputed.number as forbidden_number,
        case when not evidence.is_unnamed then evidence.name_key end as name,
        case when evidence.is_unnamed then evidence.name_key end as unnamed,
        case when disputed.number is null then evidence.birth_date else evidence.birth_printed end as birth_date,
        case when disputed.number is null then evidence.sex else evidence.sex_printed end as sex,
        evidence.phone,
        evidence.guardian_number,
        evidence.guardian_name,
        evidence.health_record,
        evidence.certificate,
        evidence.township
    from evidence left join disputed
        on disputed.scheme = evidence.scheme
        and disputed.number = evidence.number
        and disputed.name_key is not distinct from evidence.name_key
        and disputed.is_contradicted = evidence.is_contradicted
),
worded as (
    select
        told.*,
        coalesce(forbidden_number, '') || chr(31) || coalesce(name, '') || chr(31) || coalesce(unnamed, '')
            || chr(31) || coalesce(birth_date, '') || chr(31) || coalesce(sex, '') || chr(31) || coalesce(phone, '')
            || chr(31) || coalesce(guardian_number, '') || chr(31) || coalesce(guardian_name, '')
            || chr(31) || coalesce(health_record, '') || chr(31) || coalesce(certificate, '')
            || chr(31) || coalesce(township, '') as words
    from told
)
select worded.*, md5(coalesce(scheme, '') || chr(31) || coalesce(number, '') || chr(31) || words) as profile
from worded;
