-- engine: DuckDB
-- reads: evidence, record_profile, hot_phone, fixed (typed, key, number: the one known number a slip leads to)
-- writes: profile (one row per profile; node is the smallest profile of the same number, else the profile itself)
-- parameters: none
create table profile as
with bare as (
    select
        record_profile.profile,
        record_profile.first,
        evidence.*,
        case when evidence.phone not in (select phone from hot_phone) then evidence.phone end as cold_phone,
        case when evidence.guardian_phone not in (select phone from hot_phone) then evidence.guardian_phone end
            as cold_guardian_phone
    from record_profile inner join evidence on evidence.record = record_profile.first
    where record_profile.record = record_profile.first
),

numbered as (
    select evidence.number, min(record_profile.profile) as node
    from evidence inner join record_profile on record_profile.record = evidence.record
    where evidence.number is not null
    group by evidence.number
)

select
    bare.profile,
    bare.first,
    coalesce(numbered.node, bare.profile) as node,
    bare.number,
    bare.forbidden,
    bare.name, bare.key, bare.length, bare.s1, bare.s2, bare.s3, bare.s4,
    bare.born,
    try_cast(substr(bare.born, 1, 4) as integer) as birth_year,
    try_cast(substr(bare.born, 6, 2) as integer) as birth_month,
    try_cast(substr(bare.born, 9, 2) as integer) as birth_day,
    date_diff('day', date '1850-01-01', try_cast(bare.born as date)) as birth_days,
    bare.sex,
    coalesce(bare.number, fixed.number) as sure,
    coalesce(bare.number, bare.typed) as digits,
    bare.typed,
    bare.head3, bare.head6, bare.head14, bare.tail4,
    bare.other,
    coalesce(bare.cold_phone, bare.cold_guardian_phone) as phone,
    coalesce(bare.cold_guardian_phone, bare.cold_phone) as second_phone,
    bare.guardian_key,
    bare.guardian_number,
    bare.community,
    bare.family, bare.given,
    bare.address_1, bare.address_2, bare.address_3, bare.address_4,
    bare.address_5, bare.address_6, bare.address_7, bare.address_8
from bare
left join numbered on numbered.number = bare.number
left join fixed on fixed.typed = bare.typed and fixed.key = bare.key
