-- engine: PostgreSQL
-- reads: wanted_row (row_id), registry.link, merged_before
-- writes: nothing; returns the persons the wanted rows had before the period, as they are called by then
-- parameters: period
select link.row_id, coalesce(merged.current_id, link.person_id) as person_id
from wanted_row as wanted
join registry.link as link on link.row_id = wanted.row_id and link.period < :period
left join merged_before as merged on merged.person_id = link.person_id
order by link.row_id;
