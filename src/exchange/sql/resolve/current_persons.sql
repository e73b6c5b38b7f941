-- engine: PostgreSQL
-- reads: wanted_person (person_id), registry.person, merged_before
-- writes: nothing; returns the registered among the wanted persons and who they are now
-- parameters: period
select w.person_id as asked, coalesce(m.current_id, w.person_id) as person_id
from wanted_person w
join registry.person p on p.person_id = w.person_id and p.first_period < :period
left join merged_before m on m.person_id = w.person_id;
