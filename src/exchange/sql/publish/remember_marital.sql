-- What was known of the marriages of the persons the month touches before its rows were read.
-- reads: core.person, month_person
-- writes: month_marital (temporary)
-- parameters: none
create temporary table month_marital on commit drop as
select person.person_id, person.marital
from core.person as person
where person.person_id in (select person_id from month_person)
