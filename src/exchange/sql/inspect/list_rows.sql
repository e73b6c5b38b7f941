-- The people of a list, each with the source rows behind the entry; ids only, no value of a person.
-- reads: mart.list_entry, registry.link, ledger.source_row, ledger.delivery
-- writes: nothing
-- parameters: period (text), generation (int), list (text), township9 (text, '' for all)
select
    e.township9,
    e.person_id,
    s.file,
    s.sheet,
    s.row,
    s.disposition,
    s.rules,
    left(d.sha256, 12) as sha256
from mart.list_entry e
join ledger.source_row s on s.row_id = e.row_id
left join ledger.delivery d on d.delivery_id = s.delivery_id
where e.period = :period and e.generation = :generation and e.list = :list
  and (:township9 = '' or e.township9 = :township9)
order by e.township9, e.sort_key, e.person_id, s.file, s.row
