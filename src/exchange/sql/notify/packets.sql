-- Who stands in which packet to another county, asked anew for the guard: one row per entry.
-- reads: mart.list_entry
-- writes: nothing
-- parameters: period (text), generation (int)
select payload ->> 'packet_id' as packet_id, township9, list, person_id, entry_id
from mart.list_entry
where period = :period and generation = :generation and list = 'handover' and payload ? 'packet_id'
order by packet_id, township9, person_id, entry_id
