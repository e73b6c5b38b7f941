-- The lists of a publication by township: entries, entries without a person, entries without a source row.
-- reads: mart.list_entry, registry.person, ledger.source_row
-- writes: nothing
-- parameters: period (text), generation (integer)
select
    e.township9 || '|' || e.list as place,
    count(*) as entries,
    count(*) filter (where p.person_id is null) as without_person,
    count(*) filter (where s.row_id is null) as without_row
from mart.list_entry e
left join registry.person p on p.person_id = e.person_id
left join ledger.source_row s on s.row_id = e.row_id
where e.period = :period and e.generation = :generation
group by e.township9, e.list
order by place
