-- What care is due to the people on the month's lists goes into their entries.
-- reads: month_care
-- writes: mart.list_entry
-- parameters: period, generation
update mart.list_entry as entry
set payload = entry.payload || care.facts
from month_care as care
where entry.period = :period and entry.generation = :generation
    and entry.list = care.list and entry.township9 = care.township9 and entry.person_id = care.person_id
    and (entry.list <> 'outflow' or entry.entry_id = care.spell_id)
    and (entry.list <> 'births' or entry.entry_id = care.entry_id)
