-- Opening, flows and closing per township and for the district, for all registered and for the default scopes.
-- reads: core.residence_spell, core.register_event
-- writes: mart.balance
-- parameters: period, generation, places (township codes and district)
with counted as (
    select township9, scope_group, kind, count(*) as persons
    from core.register_event
    where period = :period and kind <> 'IGNORED'
    group by township9, scope_group, kind
    union all
    select township9, scope_group, 'opening', count(*)
    from core.residence_spell
    where (opened_period < :period or (opened_period = :period and opening_kind = 'OPENING'))
        and (closed_period is null or closed_period >= :period)
    group by township9, scope_group
    union all
    select township9, scope_group, 'closing', count(*)
    from core.residence_spell as spell
    where core.is_open(spell, :period)
    group by township9, scope_group
),
grouped as (
    select
        coalesce(township9, 'district') as township9,
        kind,
        sum(persons) as everybody,
        sum(persons) filter (where scope_group = 'default') as migrants
    from counted
    group by grouping sets ((township9, kind), (kind))
),
summed as (
    select township9, 'all' as scope_group, kind, everybody as persons from grouped
    union all
    select township9, 'default', kind, migrants from grouped
)
insert into mart.balance (
    period, generation, township9, scope_group, opening, "new", late_reg, move_in, "return", "out", move_out, "cancel",
    closing
)
select
    :period, :generation, place.township9, scope.scope_group,
    coalesce(sum(persons) filter (where kind = 'opening'), 0),
    coalesce(sum(persons) filter (where kind = 'NEW'), 0),
    coalesce(sum(persons) filter (where kind = 'LATE_REG'), 0),
    coalesce(sum(persons) filter (where kind = 'MOVE_IN'), 0),
    coalesce(sum(persons) filter (where kind = 'RETURN'), 0),
    coalesce(sum(persons) filter (where kind = 'OUT'), 0),
    coalesce(sum(persons) filter (where kind = 'MOVE_OUT'), 0),
    coalesce(sum(persons) filter (where kind = 'CANCEL'), 0),
    coalesce(sum(persons) filter (where kind = 'closing'), 0)
from unnest(cast(:places as text[])) as place (township9)
cross join (values ('all'), ('default')) as scope (scope_group)
left join summed on summed.township9 = place.township9 and summed.scope_group = scope.scope_group
group by place.township9, scope.scope_group
