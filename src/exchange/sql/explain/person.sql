-- A person and everybody merged into the same one, under every id they ever had.
-- reads: registry.person, registry.current_person
-- writes: nothing
-- parameters: person_id (text)
select
    person.person_id, known.current_id, person.first_period, person.last_period, person.status, person.merged_into,
    person.merged_period
from registry.current_person as known
join registry.person as person on person.person_id = known.person_id
where known.current_id = (select current_id from registry.current_person where person_id = :person_id)
order by person.person_id <> known.current_id, person.person_id
