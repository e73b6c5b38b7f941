-- engine: DuckDB
-- reads: row_profile, profile_key
-- writes: row_node (row -> the evidence that stands for it: its number, its profile, or itself)
-- parameters: none
-- A row that tells nothing to go by stands for itself: two such rows need not be one person's.
create table row_node as
select
    row_profile.row_id,
    row_profile.source,
    row_profile.profile,
    row_profile.is_upgraded,
    case
        when row_profile.number is not null
            then '1' || chr(30) || row_profile.scheme || chr(30) || row_profile.number
        when keyed.profile is not null then '2' || chr(30) || row_profile.words
        else '3' || chr(30) || row_profile.row_id
    end as evidence
from row_profile
left join (select distinct profile from profile_key) as keyed on keyed.profile = row_profile.profile;
