-- Makes room for the pregnancies of the women whose rows the month brought.
-- reads: month_person
-- writes: core.pregnancy
-- parameters: none
delete from core.pregnancy where person_id in (select person_id from month_person)
