-- How many persons are on the lists of the missed, the pregnant and the delivered; a person counts once in the district.
-- reads: mart.list_entry
-- writes: mart.figure
-- parameters: period, generation, places
with listed as (
    select
        entry.township9, entry.person_id, entry.entry_id,
        case entry.list when 'missed' then 'must' when 'missed_may' then 'may' else entry.list end as line
    from mart.list_entry as entry
    where entry.period = :period and entry.generation = :generation
        and entry.list in ('missed', 'missed_may', 'pregnant', 'births')
),
counted as (
    select township9, line, count(*) as persons from listed group by township9, line
    union all
    select 'district', line, count(distinct (person_id, entry_id))
    from listed
    group by line
)
insert into mart.figure (period, generation, township9, name, grouping, numerator, denominator, status)
select :period, :generation, place.township9, 'missed', line.name, coalesce(counted.persons, 0), null, 'COMPUTED'
from unnest(cast(:places as text[])) as place (township9)
cross join (values ('must'), ('may'), ('pregnant'), ('births')) as line (name)
left join counted on counted.township9 = place.township9 and counted.line = line.name
