-- engine: PostgreSQL
-- reads: wanted_person (person_id), registry.person, merged_before
-- writes: temporary table all_of_wanted (asked, person_id, current_id): the registered among the wanted persons,
--         the persons they are now, and everybody merged into those
-- parameters: period
create temporary table all_of_wanted on commit drop as
with now as (
    select w.person_id as asked, coalesce(m.current_id, w.person_id) as current_id
    from wanted_person w
    join registry.person p on p.person_id = w.person_id and p.first_period < :period
    left join merged_before m on m.person_id = w.person_id
)
select asked, current_id as person_id, current_id from now
union
select now.asked, m.person_id, m.current_id from now join merged_before m on m.current_id = now.current_id;
