-- The movements of one kind in a month, each with the source row that made it.
-- reads: core.register_event, ledger.source_row, ledger.delivery
-- writes: nothing
-- parameters: period (text), kind (text), township9 (text, '' for all)
select
    e.township9,
    e.person_id,
    s.file,
    s.sheet,
    s.row,
    s.disposition,
    s.rules,
    left(d.sha256, 12) as sha256
from core.register_event e
join ledger.source_row s on s.row_id = e.row_id
left join ledger.delivery d on d.delivery_id = s.delivery_id
where e.period = :period and e.kind = :kind and (:township9 = '' or e.township9 = :township9)
order by e.township9, e.person_id, s.file, s.row
