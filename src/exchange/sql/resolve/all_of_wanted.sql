-- engine: PostgreSQL
-- reads: wanted_person (person_id), registry.person, merged_before
-- writes: temporary table all_of_wanted (asked, person_id, current_id): the registered among the wanted persons,
--         the persons they are now, and everybody merged into those
-- parameters: period
-- A lookup in the index for each (offset 0): a join would read the register from end to end every month.
create temporary table all_of_wanted on commit drop as
with now as (
    select w.person_id as asked, coalesce(m.current_id, w.person_id) as current_id
    from wanted_person as w
    left join merged_before as m on m.person_id = w.person_id
    where exists (select from registry.person where person_id = w.person_id and first_period < :period offset 0)
)
select asked, current_id as person_id, current_id from now
union
select now.asked, m.person_id, m.current_id from now join merged_before as m on m.current_id = now.current_id;
