-- Every row a month judged: what the row token of an error file may stand for.
-- reads: ledger.source_row, registry.link
-- writes: nothing
-- parameters: period (text)
select own.row_id, coalesce(link.person_id, '') as person_id
from ledger.source_row as own
left join registry.link as link on link.row_id = own.row_id
where own.period = :period
order by own.row_id
