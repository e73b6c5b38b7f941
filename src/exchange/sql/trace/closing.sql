-- Registrations open at the end of a month.
-- reads: core.residence_spell
-- writes: nothing
-- parameters: period (text), scope_group (text, all or default), township9 (text, '' for all)
select township9, person_id, '' as part, spell_id as basis_row_id
from core.residence_spell as spell
where core.is_open(spell, :period)
    and (:scope_group = 'all' or scope_group = :scope_group) and (:township9 = '' or township9 = :township9)
order by township9, person_id, spell_id
