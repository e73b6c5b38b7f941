-- engine: DuckDB
-- reads: profile, node_person (node, person_id)
-- writes: nothing; returns what the month's persons told, for the months to come
-- parameters: $first (number of the first profile that is not of this month), $base (first number of the month)
select
    profile.profile + $base as profile,
    node_person.person_id,
    profile.number is not null as is_sure,
    name, key, length, s1, s2, s3, s4, born, sex, phone, guardian_key, guardian_number, community
from profile
inner join node_person on node_person.node = profile.node
where profile.profile < $first
order by profile.profile;
