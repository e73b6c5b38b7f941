-- Entries of persons about whom sources disagree say so, for whoever visits them can tell.
-- reads: core.disagreement, mart.list_entry
-- writes: mart.list_entry
-- parameters: period, generation, disputed_lists
with open as (
    select known.person_id,
        string_agg(distinct case known.field when 'sex' then '性别' else '出生日期' end, '、') as fields
    from core.disagreement as known
    where known.closed_period is null
    group by known.person_id
)
update mart.list_entry as entry
set payload = entry.payload || jsonb_build_object(
    'note', concat_ws('；', nullif(entry.payload ->> 'note', ''), '有异议：' || open.fields)
)
from open
where entry.period = :period and entry.generation = :generation and entry.person_id = open.person_id
    and entry.list = any(:disputed_lists)
