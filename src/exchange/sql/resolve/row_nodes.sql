-- engine: DuckDB
-- reads: row_profile, profile_key, parted (row_a, row_b: earlier rows of one person that people told apart)
-- writes: row_node (row -> the evidence that stands for it: its number, its profile, or itself)
-- parameters: none
-- A row that tells nothing to go by stands for itself: two such rows need not be one person's. So does the second of
-- two rows that tell the same and are known not to be one person's.
create table row_node as
with lone as (
    select distinct two.row_id
    from parted
    join row_profile as one on one.row_id = parted.row_a
    join row_profile as two on two.row_id = parted.row_b and two.profile = one.profile and two.number is null
)
select
    row_profile.row_id,
    row_profile.source,
    row_profile.profile,
    row_profile.is_upgraded,
    case
        when row_profile.number is not null
            then '1' || chr(30) || row_profile.scheme || chr(30) || row_profile.number
        when keyed.profile is not null and lone.row_id is not null
            then '2' || chr(30) || row_profile.words || chr(30) || row_profile.row_id
        when keyed.profile is not null then '2' || chr(30) || row_profile.words
        else '3' || chr(30) || row_profile.row_id
    end as evidence
from row_profile
left join (select distinct profile from profile_key) as keyed on keyed.profile = row_profile.profile
left join lone on lone.row_id = row_profile.row_id;
