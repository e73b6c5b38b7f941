-- Makes room for the newer attributes of the persons the month touches.
-- reads: month_person, month_merge
-- writes: core.person
-- parameters: none
delete from core.person
where person_id in (select person_id from month_person union all select from_id from month_merge)
