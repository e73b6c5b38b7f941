-- engine: DuckDB
-- reads: hidden_key_of (key, profile), key_of, profile (only_hidden), hidden_choice
-- writes: hidden_pair (match_key, join_key_l, join_key_r: hidden rows no tier settled, and profiles that do not come
--         from hidden rows alone)
-- parameters: $first (number of the first hidden row among the profiles), $largest (profiles under a key)
create table hidden_pair as
with open_key as (
    select hidden_key_of.key, hidden_key_of.profile + $first as profile
    from hidden_key_of
    where hidden_key_of.profile not in (select place from hidden_choice where person_id is not null)
),

usable as (
    select key from key_of semi join open_key on open_key.key = key_of.key group by key having count(*) < $largest
)

select distinct '0' as match_key, key_of.profile as join_key_l, open_key.profile as join_key_r
from open_key
semi join usable on usable.key = open_key.key
join key_of on key_of.key = open_key.key
join profile on profile.profile = key_of.profile and not coalesce(profile.only_hidden, false);
