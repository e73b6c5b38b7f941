-- engine: DuckDB
-- reads: score_row
-- writes: profile (distinct attributes of every node, numbered from 0 in the order of nodes and rows, in the shape
--         sql/linkage compares; number is a mark of the node where it has one, never the number)
-- parameters: $most (names under one telephone that is still a person's)
create table profile as
with hot as (
    select phone from score_row where phone is not null group by phone having count(distinct key) > $most
),

told as (
    select * replace (case when phone not in (select phone from hot) then phone end as phone) from score_row
),

grouped as (
    select * exclude (row_id, is_hidden), min(row_id) as first, bool_and(is_hidden) as only_hidden from told group by all
)

select
    row_number() over (order by node, first) - 1 as profile,
    first,
    node,
    case when has_number then 'n' || node end as number,
    name, key, length, s1, s2, s3, s4,
    born,
    try_cast(substr(born, 1, 4) as integer) as birth_year,
    try_cast(substr(born, 6, 2) as integer) as birth_month,
    try_cast(substr(born, 9, 2) as integer) as birth_day,
    date_diff('day', date '1850-01-01', try_cast(born as date)) as birth_days,
    sex,
    phone,
    phone as second_phone,
    guardian_key,
    guardian_number,
    community,
    only_hidden,
    null::varchar as sure, null::varchar as digits, null::varchar as typed,
    null::varchar as head3, null::varchar as head6, null::varchar as head14, null::varchar as tail4,
    null::varchar as other, null::varchar as family, null::varchar as given,
    null::varchar as address_1, null::varchar as address_2, null::varchar as address_3, null::varchar as address_4,
    null::varchar as address_5, null::varchar as address_6, null::varchar as address_7, null::varchar as address_8
from grouped;
