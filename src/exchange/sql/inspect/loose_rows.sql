-- Rows of the warehouse that lead to no source row, and kept rows that belong to no person; reopened months are under way.
-- reads: core.residence_spell, core.register_event, core.job, core.service, registry.link, ledger.source_row,
--        ledger.period
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
left join ledger.period p on p.period = s.period
where p.state is distinct from 'reopened' and s.disposition in ('accept', 'warn')
    and not exists (select 1 from registry.link l where l.row_id = s.row_id)
order by place
