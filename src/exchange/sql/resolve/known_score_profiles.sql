-- engine: DuckDB
-- reads: known_profile, met_person (person_id, node)
-- writes: profile (earlier profiles beside the month's own, each under the node of the person it is today)
-- parameters: $first (number of the first profile that is not of this month)
insert into profile by name
select
    known_profile.profile + $first as profile,
    met_person.node,
    case when is_sure then 'n' || met_person.node end as number,
    name, key, length, s1, s2, s3, s4, born,
    try_cast(substr(born, 1, 4) as integer) as birth_year,
    try_cast(substr(born, 6, 2) as integer) as birth_month,
    try_cast(substr(born, 9, 2) as integer) as birth_day,
    date_diff('day', date '1850-01-01', try_cast(born as date)) as birth_days,
    sex, phone, phone as second_phone, guardian_key, guardian_number, community
from known_profile
inner join met_person on met_person.person_id = known_profile.person_id;
