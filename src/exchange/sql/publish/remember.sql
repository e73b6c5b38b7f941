-- From here to the end of the transaction every change to a table that grows month by month is remembered, so that the
-- month can be reopened; what was remembered for months nobody can reopen any more is forgotten. The first
-- line says that something was remembered at all.
-- reads: nothing
-- writes: core.undo
-- parameters: period, reopenable_from
with old as (delete from core.undo where period < :reopenable_from),
begun as (insert into core.undo (period, place, row_key) values (:period, '', '[]') on conflict do nothing)
select set_config('exchange.publishing', :period, true)
