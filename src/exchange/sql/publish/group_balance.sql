-- Opening, every term and closing per group, township and for the district: the sums of what opens to persons.
-- reads: month_opening, mart.term, mart.stock_person
-- writes: mart.group_balance
-- parameters: period, generation, places
with line as (
    select township9, member as group_name, 'opening' as term
    from month_opening cross join unnest(groups) as member
    union all
    select township9, member, 'closing'
    from mart.stock_person cross join unnest(groups) as member
    where period = :period and generation = :generation
    union all
    select township9, group_name, term from mart.term where period = :period and generation = :generation
),
counted as (
    select coalesce(township9, 'district') as township9, group_name, term, count(*) as persons
    from line
    group by grouping sets ((township9, group_name, term), (group_name, term))
)
insert into mart.group_balance (
    period, generation, township9, group_name, opening, inflow, move_in, outflow, move_out, cancel, aged_in, aged_out,
    corrected, closing
)
select
    :period, :generation, place.township9, member.group_name,
    coalesce(sum(persons) filter (where term = 'opening'), 0),
    coalesce(sum(persons) filter (where term in ('NEW', 'LATE_REG', 'RETURN')), 0),
    coalesce(sum(persons) filter (where term = 'MOVE_IN'), 0),
    coalesce(sum(persons) filter (where term = 'OUT'), 0),
    coalesce(sum(persons) filter (where term = 'MOVE_OUT'), 0),
    coalesce(sum(persons) filter (where term = 'CANCEL'), 0),
    coalesce(sum(persons) filter (where term = 'AGED_IN'), 0),
    coalesce(sum(persons) filter (where term = 'AGED_OUT'), 0),
    coalesce(sum(persons) filter (where term = 'CORRECTED_IN'), 0)
    - coalesce(sum(persons) filter (where term = 'CORRECTED_OUT'), 0),
    coalesce(sum(persons) filter (where term = 'closing'), 0)
from unnest(cast(:places as text[])) as place (township9)
cross join unnest(array['all', 'children_0_6', 'women_15_49', 'aged_65']) as member (group_name)
left join counted on counted.township9 = place.township9 and counted.group_name = member.group_name
group by place.township9, member.group_name
