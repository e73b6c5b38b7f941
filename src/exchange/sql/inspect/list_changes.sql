-- Per list, how many people are on it, came onto it and left it since another publication; merged persons are one.
-- reads: mart.list_entry, registry.current_person
-- writes: nothing
-- parameters: period (text), generation (int), previous (text), previous_generation (int)
with listed as (
    select distinct
        entry.period = :period and entry.generation = :generation as is_now,
        entry.list, entry.township9, coalesce(known.current_id, entry.person_id) as person_id
    from mart.list_entry as entry
    left join registry.current_person as known on known.person_id = entry.person_id
    where (entry.period = :period and entry.generation = :generation)
        or (entry.period = :previous and entry.generation = :previous_generation)
),
person as (
    select list, township9, person_id, bool_or(is_now) as is_now, bool_or(not is_now) as was_before
    from listed
    group by list, township9, person_id
)
select
    list, township9, count(*) filter (where is_now) as now,
    count(*) filter (where is_now and not was_before) as entered,
    count(*) filter (where was_before and not is_now) as gone
from person
group by list, township9
order by list, township9
