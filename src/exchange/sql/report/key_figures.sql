-- What a publication says of the whole district: the balance of migrants, and how many entries each list has.
-- reads: mart.balance, mart.list_entry
-- writes: nothing
-- parameters: period (text), generation (integer)
select name, cast(value as bigint) as value
from (
    select 1 as part, f.place, f.name, f.value
    from mart.balance b
    cross join lateral (values
        (1, 'opening', b.opening), (2, 'new', b.new), (3, 'late_reg', b.late_reg), (4, 'move_in', b.move_in),
        (5, 'return', b.return), (6, 'out', b.out), (7, 'move_out', b.move_out), (8, 'cancel', b.cancel),
        (9, 'closing', b.closing)
    ) as f (place, name, value)
    where b.period = :period and b.generation = :generation and b.township9 = 'district' and b.scope_group = 'default'
    union all
    select 2, 0, e.list, count(*)
    from mart.list_entry e
    where e.period = :period and e.generation = :generation and e.township9 <> 'district'
    group by e.list
) as told
order by part, place, name
