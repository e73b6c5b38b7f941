-- The published balance of a group of people in one place, as one line per term.
-- reads: mart.group_balance
-- writes: nothing
-- parameters: period (text), generation (int), group_name (text), place (text, a township or district)
select term.name, term.persons
from mart.group_balance as balance
cross join lateral (values
    ('INFLOW', balance.inflow), ('MOVE_IN', balance.move_in), ('OUTFLOW', balance.outflow),
    ('MOVE_OUT', balance.move_out), ('CANCEL', balance."cancel"), ('AGED_IN', balance.aged_in),
    ('AGED_OUT', balance.aged_out), ('CLOSING', balance.closing)
) as term (name, persons)
where balance.period = :period and balance.generation = :generation and balance.group_name = :group_name
    and balance.township9 = :place
