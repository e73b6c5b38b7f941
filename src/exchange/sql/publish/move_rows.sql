-- Rows that are somebody else's since a person parted; whose they were before stays on record.
-- reads: month_move
-- writes: registry.link, registry.moved_row
-- parameters: period
with remembered as (
    insert into registry.moved_row (row_id, period, from_id, into_id)
    select row_id, :period, from_id, into_id from month_move
)
update registry.link as link
set person_id = moved.into_id, tier = 'MOVED'
from month_move as moved
where link.row_id = moved.row_id and link.person_id <> moved.into_id
