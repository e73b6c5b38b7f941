-- Puts persons and registers back to what they were before a month was published; whether that was remembered. A
-- reclustering that rests on the month is void: it is to be asked for again.
-- reads: core.undo, core.watched
-- writes: registry and core, every table core.watched names; registry.recluster
-- parameters: period (text)
with known as materialized (
    select exists (select from core.undo where period = :period) as was_remembered
),
void as (
    delete from registry.recluster where known_until >= :period and (select was_remembered from known) returning 1
)
select was_remembered, (select count(*) from void) as reclusterings, case when was_remembered then core.take_back(:period) else 0 end as rows
from known
