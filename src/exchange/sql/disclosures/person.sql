-- Whether somebody has this id.
-- reads: registry.person
-- writes: nothing
-- parameters: person_id (text)
select person_id from registry.person where person_id = :person_id
