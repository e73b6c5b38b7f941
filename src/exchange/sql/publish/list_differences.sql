-- Numbers of the district that are not the sum of its townships', and why: people who stand in several townships count
-- once; a move inside is an arrival and a departure of two townships; a move may change the scope of a person.
-- reads: mart.figure, mart.report_line, mart.group_balance
-- writes: mart.difference
-- parameters: period, generation
with figure as (
    select
        'figure/' || name || case when grouping = '' then '' else '/' || grouping end as line,
        sum(numerator) filter (where township9 <> 'district') as townships,
        sum(numerator) filter (where township9 = 'district') as district
    from mart.figure
    where period = :period and generation = :generation
    group by name, grouping
    having count(*) filter (where township9 = 'district') = 1
),
report as (
    select
        'report/' || line as line,
        sum(coalesce(migrant, 0)) filter (where township9 <> 'district') as townships,
        sum(coalesce(migrant, 0)) filter (where township9 = 'district') as district
    from mart.report_line
    where period = :period and generation = :generation
    group by line
),
moved as (
    select 'moves' as line, sum(move_in) as townships, 0 as district
    from mart.group_balance
    where period = :period and generation = :generation and group_name = 'all' and township9 <> 'district'
    union all
    select 'moves/scope', sum(move_in) - sum(move_out), 0
    from mart.group_balance
    where period = :period and generation = :generation and group_name = 'all' and township9 <> 'district'
)
insert into mart.difference (period, generation, line, townships, district, why)
select :period, :generation, line, townships, district, 'several'
from (select * from figure union all select * from report) as several
where townships <> district
union all
select :period, :generation, line, townships, district, case line when 'moves' then 'moved' else 'joined' end
from moved
where townships <> district
