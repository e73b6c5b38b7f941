-- engine: DuckDB
-- reads: evidence
-- writes: record_profile (record, first, profile: records that tell the same have one profile; profiles are numbered
--         from 0 in the order of their smallest record)
-- parameters: none
create table record_profile as
with marked as (
    select
        record,
        hash(number, forbidden, name, born, sex, typed, head3, head6, head14, tail4, other, phone, guardian_phone,
            guardian_key, guardian_number, community, family, given, address_1, address_2, address_3, address_4,
            address_5, address_6, address_7, address_8) as told
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
