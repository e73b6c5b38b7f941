-- engine: PostgreSQL
-- reads: wanted_person (person_id), registry.person, merged_before
-- writes: nothing; returns the registered among the wanted persons and who they are now
-- parameters: period
-- A lookup in the index for each (offset 0): a join would read the register from end to end every month.
select w.person_id as asked, coalesce(m.current_id, w.person_id) as person_id
from wanted_person as w
left join merged_before as m on m.person_id = w.person_id
where exists (select from registry.person where person_id = w.person_id and first_period < :period offset 0);
