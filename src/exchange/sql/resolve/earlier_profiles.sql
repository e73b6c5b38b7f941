-- engine: DuckDB
-- reads: earlier_profile, known_key_of
-- writes: known_profile (person_id and attributes of the earlier profiles asked for; what a person told in several
--         months once, under its smallest number)
-- parameters: none
create table known_profile as
select
    person_id, name, key, length, s1, s2, s3, s4, born, sex, phone, guardian_key, guardian_number, community,
    min(profile) as profile,
    bool_or(is_sure) as is_sure
from earlier_profile
where profile in (select profile from known_key_of)
group by all;
