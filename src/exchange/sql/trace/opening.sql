-- Registrations a month opens with.
-- reads: core.residence_spell
-- writes: nothing
-- parameters: period (text), scope_group (text, all or default), township9 (text, '' for all)
select township9, person_id, '' as part, spell_id as basis_row_id
from core.residence_spell as spell
where (opened_period < :period or (opened_period = :period and opening_kind = 'OPENING'))
    and (closed_period is null or closed_period >= :period)
    and (:scope_group = 'all' or scope_group = :scope_group) and (:township9 = '' or township9 = :township9)
order by township9, person_id, spell_id
