-- Rows of the warehouse that lead to no source row, and kept rows that belong to no person.
-- reads: core.residence_spell, core.register_event, core.job, core.service, registry.link, ledger.source_row
-- writes: nothing
-- parameters: none
select 'core.residence_spell' as place, count(*) as rows from core.residence_spell c
where not exists (select 1 from ledger.source_row s where s.row_id = c.spell_id)
union all
select 'core.register_event', count(*) from core.register_event c
where not exists (select 1 from ledger.source_row s where s.row_id = c.row_id)
union all
select 'core.job', count(*) from core.job c
where not exists (select 1 from ledger.source_row s where s.row_id = c.row_id)
union all
select 'core.service', count(*) from core.service c
where not exists (select 1 from ledger.source_row s where s.row_id = c.row_id)
union all
select 'ledger.source_row', count(*) from ledger.source_row s
where s.disposition in ('accept', 'warn') and not exists (select 1 from registry.link l where l.row_id = s.row_id)
order by place
