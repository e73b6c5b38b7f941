-- Makes room for the newer statements of the persons the month touches.
-- reads: month_person, month_merge
-- writes: core.person_source
-- parameters: none
delete from core.person_source
where person_id in (select person_id from month_person union all select from_id from month_merge)
