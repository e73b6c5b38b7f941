-- engine: DuckDB
-- reads: profile
-- writes: key_of (key, profile): what candidate pairs must have in common, one row per key and profile
-- parameters: $is_kept (whether the keys are kept for later runs)
-- A key is 64 bits of a digest of its kind and its parts; a false meeting costs one comparison. Kept keys are of a digest
-- that every engine has and no version changes; keys for one run only take the engine's own, which is three times as fast.
create table key_of as
with told as (
    select *, coalesce(phone, '') <> coalesce(second_phone, '') as has_two from profile
),

stated as (
    select profile, number is not null as is_sure, unnest([
        case when key is not null and born is not null then concat_ws('|', 'name born', key, born) end,
        case when key is not null and phone is not null then concat_ws('|', 'name phone', key, phone) end,
        case when key is not null and has_two then concat_ws('|', 'name phone', key, second_phone) end,
        case when born is not null and phone is not null then concat_ws('|', 'born phone', born, phone) end,
        case when born is not null and has_two then concat_ws('|', 'born phone', born, second_phone) end,
        case when key is not null and guardian_key is not null then concat_ws('|', 'name guardian', key, guardian_key) end,
        case when born is not null and guardian_key is not null then concat_ws('|', 'born guardian', born, guardian_key) end,
        case when born is not null and guardian_number is not null then concat_ws('|', 'born guardian no', born, guardian_number) end,
        case when key is not null and guardian_number is not null then concat_ws('|', 'name guardian no', key, guardian_number) end,
        case when key is not null and community is not null then concat_ws('|', 'name community', key, community) end,
        case when born is not null and community is not null then concat_ws('|', 'born community', born, community, sex) end,
        case when key is not null and tail4 is not null then concat_ws('|', 'name tail', key, tail4) end,
        case when born is not null and tail4 is not null then concat_ws('|', 'born tail', born, tail4) end,
        case when key is not null and born is null and community is null and phone is null then concat_ws('|', 'name', key) end,
        case when sure is not null then concat_ws('|', 'sure', sure) end,
        case when digits is not null then concat_ws('|', 'digits', digits) end,
        case when key is not null and birth_year is not null then concat_ws('|', 'name year', key, birth_year) end,
        case when other is not null then concat_ws('|', 'other', other) end,
        case when given is not null and family is not null then concat_ws('|', 'names', least(given, family), greatest(given, family)) end,
        case when born is not null and given is not null then concat_ws('|', 'born given', born, substr(given, 1, 3)) end,
        case when born is not null and family is not null then concat_ws('|', 'born given', born, substr(family, 1, 3)) end,
        case when born is not null and address_4 is not null then concat_ws('|', 'born 4', born, address_4) end,
        case when born is not null and address_3 is not null then concat_ws('|', 'born 3', born, address_3) end,
        case when born is not null and address_2 is not null then concat_ws('|', 'born 2', born, address_2) end,
        case when born is not null and address_1 is not null then concat_ws('|', 'born 1', born, address_1) end,
        case when family is not null and address_2 is not null then concat_ws('|', 'family 2', family, address_2) end,
        case when given is not null and address_2 is not null then concat_ws('|', 'family 2', given, address_2) end,
        case when family is not null and address_3 is not null then concat_ws('|', 'family 3', family, address_3) end,
        case when given is not null and address_3 is not null then concat_ws('|', 'family 3', given, address_3) end,
        case when family is not null and address_4 is not null then concat_ws('|', 'family 4', family, address_4) end,
        case when given is not null and address_4 is not null then concat_ws('|', 'family 4', given, address_4) end,
        case when address_1 is not null and address_2 is not null then concat_ws('|', '1 2', address_1, address_2) end,
        case when address_1 is not null and address_4 is not null then concat_ws('|', '1 4', address_1, address_4) end,
        case when address_2 is not null and address_3 is not null then concat_ws('|', '2 3', address_2, address_3) end,
        case when address_2 is not null and address_4 is not null then concat_ws('|', '2 4', address_2, address_4) end
    ]) as parts
    from told
)

select distinct case when $is_kept then md5_number_lower(parts) else hash(parts) end as key, profile, is_sure
from stated
where parts is not null
