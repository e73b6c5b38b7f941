-- engine: DuckDB
-- reads: hidden_row, name_value, village_value (raw, text), guardian_value (raw, token)
-- writes: nothing; returns every hidden row in the shape sql/linkage compares, by place
-- parameters: none
select
    hidden_row.place as profile,
    hidden_row.row_id as first,
    -1 - hidden_row.place as node,
    null::varchar as number,
    name_value.name, name_value.key, name_value.length, name_value.s1, name_value.s2, name_value.s3, name_value.s4,
    hidden_row.birth_date as born,
    try_cast(substr(hidden_row.birth_date, 1, 4) as integer) as birth_year,
    try_cast(substr(hidden_row.birth_date, 6, 2) as integer) as birth_month,
    try_cast(substr(hidden_row.birth_date, 9, 2) as integer) as birth_day,
    date_diff('day', date '1850-01-01', try_cast(hidden_row.birth_date as date)) as birth_days,
    case hidden_row.sex when '1' then 'M' when '2' then 'F' end as sex,
    hidden_row.phone,
    hidden_row.phone as second_phone,
    coalesce(hidden_row.guardian_name, name_value.parent) as guardian_key,
    guardian_value.token as guardian_number,
    case when village_value.text is not null then coalesce(hidden_row.township, '') || ' ' || village_value.text end
        as community,
    null::varchar as sure, null::varchar as digits, null::varchar as typed,
    null::varchar as head3, null::varchar as head6, null::varchar as head14, null::varchar as tail4,
    null::varchar as other, null::varchar as family, null::varchar as given,
    null::varchar as address_1, null::varchar as address_2, null::varchar as address_3, null::varchar as address_4,
    null::varchar as address_5, null::varchar as address_6, null::varchar as address_7, null::varchar as address_8
from hidden_row
left join name_value on name_value.raw = hidden_row.written
left join village_value on village_value.raw = hidden_row.village
left join guardian_value on guardian_value.raw = hidden_row.guardian_number
order by hidden_row.place;
