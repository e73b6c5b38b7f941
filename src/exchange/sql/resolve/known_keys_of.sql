-- engine: DuckDB
-- reads: known_key_of, known_profile, met_person (person_id, node)
-- writes: key_of (the keys of earlier profiles beside the month's own)
-- parameters: $first (number of the first profile that is not of this month)
insert into key_of
select known_key_of.key, known_key_of.profile + $first as profile, known_key_of.is_sure
from known_key_of
semi join (
    select known_profile.profile from known_profile semi join met_person on met_person.person_id = known_profile.person_id
) as kept on kept.profile = known_key_of.profile;
