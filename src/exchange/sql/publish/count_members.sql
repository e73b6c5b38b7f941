-- The indicators: what their members add up to, by township and for the district, and of those here six months (ge6m).
-- Whoever stands in two townships counts once in the district.
-- reads: mart.figure_member
-- writes: mart.figure
-- parameters: period, generation, places, figure_names, figure_states
insert into mart.figure (period, generation, township9, name, grouping, numerator, denominator, status)
with member as (
    select name, township9, person_id, part, is_long, numerator, denominator
    from mart.figure_member
    where period = :period and generation = :generation
    union all
    select name, 'district', person_id, part, bool_or(is_long), max(numerator), max(denominator)
    from mart.figure_member
    where period = :period and generation = :generation
    group by name, person_id, part
),
counted as (
    select member.name, member.township9, split.grouping, sum(numerator) as numerator, sum(denominator) as denominator
    from member
    cross join (values ('', false), ('ge6m', true)) as split (grouping, only_long)
    where not split.only_long or member.is_long
    group by member.name, member.township9, split.grouping
)
select
    :period, :generation, place.township9, figure.name, split.grouping,
    coalesce(counted.numerator, 0),
    coalesce(counted.denominator, 0),
    case when coalesce(counted.denominator, 0) = 0 then 'NO_DENOMINATOR' else figure.state end
from unnest(cast(:places as text[])) as place (township9)
cross join unnest(cast(:figure_names as text[]), cast(:figure_states as text[])) as figure (name, state)
cross join (values (''), ('ge6m')) as split (grouping)
left join counted
    on counted.township9 = place.township9 and counted.name = figure.name and counted.grouping = split.grouping
where split.grouping = '' or counted.denominator > 0
