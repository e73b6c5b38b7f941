-- The published balance of a place, as one line per term.
-- reads: mart.balance
-- writes: nothing
-- parameters: period (text), generation (int), scope_group (text), place (text, a township or district)
select term.name, term.persons
from mart.balance as balance
cross join lateral (values
    ('OPENING', balance.opening), ('NEW', balance."new"), ('LATE_REG', balance.late_reg),
    ('MOVE_IN', balance.move_in), ('RETURN', balance."return"), ('OUT', balance."out"),
    ('MOVE_OUT', balance.move_out), ('CANCEL', balance."cancel"), ('CLOSING', balance.closing)
) as term (name, persons)
where balance.period = :period and balance.generation = :generation and balance.scope_group = :scope_group
    and balance.township9 = :place
