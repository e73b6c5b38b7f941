-- engine: DuckDB
-- reads: told, disputed (number, key, sounds, parent, is_guardians, contradicts, agrees)
-- writes: evidence (every record with the number that is its own, the one that is not, and all else it tells)
-- parameters: none
-- A disputed row keeps its number only as one its person must not have, and goes by what was typed.
create table evidence as
with marked as (
    select told.*, disputed.number is not null as is_disputed
    from told left join disputed
        on disputed.number = told.number
        and disputed.key is not distinct from told.key
        and coalesce(disputed.sounds, '') = concat_ws('|', told.s1, told.s2, told.s3, told.s4)
        and disputed.parent is not distinct from told.parent
        and disputed.is_guardians = (told.number is not distinct from told.guardian_number)
        and disputed.contradicts = coalesce(abs(try_cast(substr(told.born, 1, 4) as integer)
            - try_cast(substr(told.number_born, 1, 4) as integer)) >= 3, false)
        and disputed.agrees = coalesce(told.born = told.number_born, false)
)

select
    record,
    case when not is_disputed then number end as number,
    case when is_disputed then number end as forbidden,
    name, key, length, s1, s2, s3, s4,
    case when not is_disputed then coalesce(number_born, born) else born end as told_born,
    coalesce(
        case when not is_disputed then number_born end,
        born,
        case when length(head14) = 14
            then substr(head14, 7, 4) || '-' || substr(head14, 11, 2) || '-' || substr(head14, 13, 2) end
    ) as born,
    case when not is_disputed then coalesce(number_sex, sex) else sex end as sex,
    case when not is_disputed then typed end as typed,
    case when not is_disputed then head3 end as head3,
    case when not is_disputed then head6 end as head6,
    case when not is_disputed then head14 end as head14,
    case when not is_disputed then tail4 end as tail4,
    other, phone, guardian_phone, guardian_key, guardian_number, community, family, given,
    address_1, address_2, address_3, address_4, address_5, address_6, address_7, address_8
from marked
