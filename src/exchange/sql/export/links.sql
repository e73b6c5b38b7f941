-- Every accepted row of the months so far and the person it belongs to, under the surviving id.
-- reads: registry.link, registry.current_person, ledger.source_row
-- writes: nothing
-- parameters: period
select source_row.file, source_row.sheet, source_row.row, known.current_id as person_id
from registry.link as link
join registry.current_person as known on known.person_id = link.person_id
join ledger.source_row as source_row on source_row.row_id = link.row_id
where link.period <= :period and source_row.disposition in ('accept', 'warn')
order by source_row.file, source_row.sheet, source_row.row
