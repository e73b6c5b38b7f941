-- engine: DuckDB
-- reads: key_of, bucket, profile
-- writes: pair (match_key, join_key_l, join_key_r: candidate pairs of profiles, at most one with a valid number)
-- parameters: $largest (profiles in a bucket; larger ones prove nothing and are skipped), $known (profiles numbered from
--             here on were compared with one another before)
create table pair as
select distinct
    '0' as match_key,
    least(open_side.profile, other_side.profile) as join_key_l,
    greatest(open_side.profile, other_side.profile) as join_key_r
from key_of as open_side
inner join bucket on bucket.key = open_side.key and bucket.profiles <= $largest
inner join key_of as other_side on other_side.key = open_side.key
where not open_side.is_sure
    and open_side.profile <> other_side.profile
    and (other_side.is_sure or open_side.profile < other_side.profile)
    and least(open_side.profile, other_side.profile) < $known
