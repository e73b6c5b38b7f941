-- engine: DuckDB
-- reads: evidence
-- writes: record_profile (record, first, profile: records that tell the same have one profile; profiles are numbered
--         from 0 in the order of their smallest record)
-- parameters: none
-- Rows that tell the same little (a common name and nothing else) are compared like any two rows, not taken for one.
create table record_profile as
with marked as (
    select
        record,
        hash(number, forbidden, name, born, sex, typed, head3, head6, head14, tail4, other, phone, guardian_phone,
            guardian_key, guardian_number, community, family, given, address_1, address_2, address_3, address_4,
            address_5, address_6, address_7, address_8,
            case when number is null and typed is null and other is null and (key is null or phone is null)
                and (key is null or born is null or coalesce(community, guardian_key, guardian_number) is null)
                and (family is null or given is null or born is null or coalesce(address_1, address_2) is null)
                then record end
        ) as told
    from evidence
),

grouped as (
    select told, min(record) as first from marked group by told
),

numbered as (
    select told, first, row_number() over (order by first) - 1 as profile from grouped
)

select marked.record, numbered.first, numbered.profile
from marked inner join numbered on numbered.told = marked.told
