-- Numerator: people on the list of the missed.
-- reads: mart.list_entry
-- writes: nothing
-- parameters: period, generation, clue_lists
select person_id, '' as part, 1 as counted, array_agg(row_id order by township9, row_id) as row_ids
from mart.list_entry
where period = :period and generation = :generation and list = any(:clue_lists)
group by person_id
