-- engine: DuckDB
-- reads: raw (record, source and one text per role), name_value, number_value, birth_value, phone_value, sex_value, text_value
-- writes: told (every record with what its cells tell)
-- parameters: none
create table told as
select
    raw.record,
    raw.source,
    name.name,
    name.key,
    name.length,
    name.s1,
    name.s2,
    name.s3,
    name.s4,
    name.parent,
    number.number,
    number.born as number_born,
    number.sex as number_sex,
    number.typed,
    number.head3,
    number.head6,
    number.head14,
    number.tail4,
    other.text as other,
    coalesce(birth.day, substr(birth.typed, 1, 4) || '-' || substr(birth.typed, 5, 2) || '-' || substr(birth.typed, 7, 2)) as born,
    sex.sex,
    phone.phone,
    guardian_phone.phone as guardian_phone,
    coalesce(guardian.key, name.parent) as guardian_key,
    guardian_number.number as guardian_number,
    community.text as community,
    family.text as family,
    given.text as given,
    address_1.text as address_1,
    address_2.text as address_2,
    address_3.text as address_3,
    address_4.text as address_4,
    address_5.text as address_5,
    address_6.text as address_6,
    address_7.text as address_7,
    address_8.text as address_8
from raw
left join name_value as name on name.raw = raw.name
left join name_value as guardian on guardian.raw = raw.guardian_name
left join number_value as number on number.raw = raw.id_number
left join number_value as guardian_number on guardian_number.raw = raw.guardian_id
left join text_value as other on other.raw = raw.other_number
left join birth_value as birth on birth.raw = raw.birth_date
left join sex_value as sex on sex.raw = raw.sex
left join phone_value as phone on phone.raw = raw.phone
left join phone_value as guardian_phone on guardian_phone.raw = raw.guardian_phone
left join text_value as community on community.raw = raw.community
left join text_value as family on family.raw = raw.family_name
left join text_value as given on given.raw = raw.given_name
left join text_value as address_1 on address_1.raw = raw.address_1
left join text_value as address_2 on address_2.raw = raw.address_2
left join text_value as address_3 on address_3.raw = raw.address_3
left join text_value as address_4 on address_4.raw = raw.address_4
left join text_value as address_5 on address_5.raw = raw.address_5
left join text_value as address_6 on address_6.raw = raw.address_6
left join text_value as address_7 on address_7.raw = raw.address_7
left join text_value as address_8 on address_8.raw = raw.address_8
