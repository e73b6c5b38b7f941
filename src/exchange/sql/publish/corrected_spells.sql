-- Registrations still open that rest on a row which its sender has corrected to be about somebody else.
-- reads: core.residence_spell, ledger.correction, ledger.source_row, registry.link, registry.current_person, month_merge
-- writes: nothing
-- parameters: period
select distinct on (spell.spell_id)
    spell.spell_id, coalesce(merged.into_id, spell.person_id) as person_id, spell.township9, spell.scope,
    spell.arrive_date, spell.register_date, spell.opened_period, spell.opening_kind, spell.closed_period,
    spell.closing_kind, spell.close_date, spell.close_row_id
from core.residence_spell as spell
left join month_merge as merged on merged.from_id = spell.person_id
join ledger.correction as same on spell.spell_id in (same.row_id_old, same.row_id_new)
join ledger.correction as correction
    on correction.row_id_old = same.row_id_old and correction.row_id_new <> spell.spell_id
join ledger.source_row as new on new.row_id = correction.row_id_new
    and new.period = :period and new.disposition in ('accept', 'warn')
join registry.link as link on link.row_id = correction.row_id_new
join registry.current_person as person on person.person_id = link.person_id
where spell.closed_period is null and person.current_id <> coalesce(merged.into_id, spell.person_id)
order by spell.spell_id
