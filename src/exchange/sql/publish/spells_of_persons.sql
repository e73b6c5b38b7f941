-- Every registration, open or ended, of the persons the month touches, under the surviving id.
-- reads: core.residence_spell, month_person, month_merge, month_move
-- writes: nothing
-- parameters: none
select
    spell.spell_id,
    coalesce(moved.into_id, merged.into_id, spell.person_id) as person_id,
    spell.township9, spell.scope, spell.arrive_date, spell.register_date, spell.opened_period, spell.opening_kind,
    spell.closed_period, spell.closing_kind, spell.close_date, spell.close_row_id
from core.residence_spell as spell
left join month_move as moved on moved.row_id = spell.spell_id
left join month_merge as merged on merged.from_id = spell.person_id
join month_person as person on person.person_id = coalesce(moved.into_id, merged.into_id, spell.person_id)
order by spell.spell_id
