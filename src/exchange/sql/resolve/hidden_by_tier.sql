-- engine: DuckDB
-- reads: hidden_met, hidden_key, hidden_hash (key_kind, key, token), person_name, numbered_person (person_id),
--        tier_rank (tier, rank, is_named)
-- writes: hidden_choice (place, person_id: the one person the strongest tier with anybody leads to, or null where it
--         leads to several)
-- parameters: none
-- In a tier without a name two names, where both are known, must not contradict.
create table hidden_choice as
with named as (
    select hidden_key.place, hidden_hash.token
    from hidden_key join hidden_hash on hidden_hash.key_kind = 'name' and hidden_hash.key = hidden_key.key
    where hidden_key.tier = 'name'
),

fitting as (
    select hidden_met.place, tier_rank.rank, hidden_met.person_id
    from hidden_met
    join tier_rank on tier_rank.tier = hidden_met.tier
    left join named on named.place = hidden_met.place
    where tier_rank.is_named
        or named.token is null
        or hidden_met.person_id not in (select person_id from person_name)
        or (hidden_met.person_id, named.token) in (select (person_id, token) from person_name)
),

counted as (
    select
        fitting.place,
        fitting.rank,
        count(*) as persons,
        min(fitting.person_id) as somebody,
        count(numbered_person.person_id) as numbered,
        min(numbered_person.person_id) as known
    from fitting left join numbered_person on numbered_person.person_id = fitting.person_id
    group by fitting.place, fitting.rank
)

select place, case when persons = 1 then somebody when numbered = 1 then known end as person_id
from counted
qualify row_number() over (partition by place order by rank) = 1;
