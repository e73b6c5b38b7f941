-- The balances of a publication; the line of the district beside the sum of its townships.
-- reads: mart.balance
-- writes: nothing
-- parameters: period (text), generation (integer)
select
    b.township9 || '|' || b.scope_group as place,
    b.opening, b.new, b.late_reg, b.move_in, b.return, b.out, b.move_out, b.cancel, b.closing,
    case when b.township9 = 'district' then b.closing - cast(t.closing as bigint) else 0 end as beyond_townships
from mart.balance b
left join (
    select scope_group, sum(closing) as closing
    from mart.balance
    where period = :period and generation = :generation and township9 <> 'district'
    group by scope_group
) as t on t.scope_group = b.scope_group
where b.period = :period and b.generation = :generation
order by place
