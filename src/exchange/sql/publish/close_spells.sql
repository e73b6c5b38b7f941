-- Ends the registrations the month closed.
-- reads: month_closing
-- writes: core.residence_spell
-- parameters: none
update core.residence_spell as spell
set
    closed_period = closing.closed_period,
    closing_kind = closing.closing_kind,
    close_date = closing.close_date,
    close_row_id = closing.close_row_id,
    close_reason = closing.close_reason
from month_closing as closing
where spell.spell_id = closing.spell_id and spell.closed_period is null
