-- Lines of the monthly report that count services: events of the month, or persons once in the month and in the year.
-- Null where no clinic of the place reported; for hukou residents null where no clinic marks anybody as one.
-- reads: core.service, mart.unit_status, month_stock
-- writes: mart.report_line
-- parameters: period, generation, places, year_period, service_sources, hukou_type, line_names, line_codes, line_counts,
-- line_onlys
with wanted as (
    select * from unnest(
        cast(:line_names as text[]), cast(:line_codes as text[]), cast(:line_counts as text[]),
        cast(:line_onlys as text[])
    ) as line (name, code, counts, only_what)
),
reported as (
    select coalesce(township9, 'district') as township9, true as has_clinic
    from (
        select township9 from mart.unit_status
        where period = :period and generation = :generation and source = any(:service_sources)
            and status in ('reported', 'zero')
        union all
        select township9 from core.service where period = :period
    ) as clinic
    group by grouping sets ((township9), ())
),
marked as (
    select coalesce(township9, 'district') as township9, true as has_hukou
    from core.service
    where period between :year_period and :period and resident_type = :hukou_type
    group by grouping sets ((township9), ())
),
done as (
    select
        service.township9, service.person_id, service.period = :period as is_now, wanted.name, wanted.counts,
        case when service.resident_group = 'hukou' then 'hukou' else 'migrant' end as people,
        stock.person_id is not null as is_long
    from core.service as service
    join wanted
        on wanted.code in (service.service_class, service.service_item)
        and case wanted.only_what
            when 'reported' then service.case_reported when 'in_time' then service.case_in_time else true
        end
    left join month_stock as stock on stock.person_id = service.person_id and stock.has_stayed_6_months
    where service.period between :year_period and :period
        and service.resident_group in ('hukou', 'migrant', 'migrant_unregistered')
),
counted as (
    select
        coalesce(township9, 'district') as township9, name, people,
        case counts when 'persons' then count(distinct person_id) filter (where is_now)
            else count(*) filter (where is_now) end as now,
        case counts when 'persons' then count(distinct person_id) filter (where is_now and is_long)
            else count(*) filter (where is_now and is_long) end as now_long,
        case counts when 'persons' then count(distinct person_id) end as year,
        case counts when 'persons' then count(distinct person_id) filter (where is_long) end as year_long
    from done
    group by grouping sets ((township9, name, people, counts), (name, people, counts))
)
insert into mart.report_line (
    period, generation, township9, line, hukou, migrant, ge6m, hukou_year, migrant_year, ge6m_year
)
select
    :period, :generation, place.township9, line.name,
    case when marked.has_hukou and reported.has_clinic then coalesce(local.now, 0) end,
    case when reported.has_clinic then coalesce(migrant.now, 0) end,
    case when reported.has_clinic then coalesce(migrant.now_long, 0) end,
    case when marked.has_hukou and line.counts = 'persons' then coalesce(local.year, 0) end,
    case when line.counts = 'persons' then coalesce(migrant.year, case when reported.has_clinic then 0 end) end,
    case when line.counts = 'persons' then coalesce(migrant.year_long, case when reported.has_clinic then 0 end) end
from unnest(cast(:places as text[])) as place (township9)
cross join (select distinct name, counts from wanted) as line
left join reported on reported.township9 = place.township9
left join marked on marked.township9 = place.township9
left join counted as migrant
    on migrant.township9 = place.township9 and migrant.name = line.name and migrant.people = 'migrant'
left join counted as local on local.township9 = place.township9 and local.name = line.name and local.people = 'hukou'
