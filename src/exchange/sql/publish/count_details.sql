-- The indicators in detail: by part (a dose) and by village where they are declared so, and what is counted beside them.
-- Whoever stands in two townships counts once in the district; villages are told for their township only.
-- reads: mart.figure_member, mart.figure_aside
-- writes: mart.figure_detail
-- parameters: period, generation, part_names, village_names
insert into mart.figure_detail (period, generation, township9, name, kind, detail, numerator, denominator, people)
with part as (
    select name, township9, person_id, part, numerator, denominator
    from mart.figure_member
    where period = :period and generation = :generation and name = any(:part_names)
    union all
    select name, 'district', person_id, part, max(numerator), max(denominator)
    from mart.figure_member
    where period = :period and generation = :generation and name = any(:part_names)
    group by name, person_id, part
),
aside as (
    select name, aside, township9, person_id, part, counted
    from mart.figure_aside
    where period = :period and generation = :generation
    union all
    select name, aside, 'district', person_id, part, max(counted)
    from mart.figure_aside
    where period = :period and generation = :generation
    group by name, aside, person_id, part
)
select :period, :generation, township9, name, 'part', part, sum(numerator), sum(denominator), count(distinct person_id)
from part
group by township9, name, part
union all
select :period, :generation, township9, name, 'village', coalesce(village, ''), sum(numerator), sum(denominator),
    count(distinct person_id)
from mart.figure_member
where period = :period and generation = :generation and name = any(:village_names)
group by township9, name, coalesce(village, '')
union all
select :period, :generation, township9, name, 'aside', aside, null, sum(counted), count(distinct person_id)
from aside
group by township9, name, aside
