-- Places where the comprehensive records are not as many as the people who should have one, or as those of K05; none.
-- reads: mart.list_entry, mart.figure
-- writes: nothing
-- parameters: period, generation
with filed as (
    select
        coalesce(township9, 'district') as township9, count(*) as files,
        count(*) filter (where payload ? 'has_record') as records
    from mart.list_entry
    where period = :period and generation = :generation and list = 'archive'
    group by grouping sets ((township9), ())
)
select figure.township9
from mart.figure as figure
left join filed on filed.township9 = figure.township9
where figure.period = :period and figure.generation = :generation and figure.name = 'K05' and figure.grouping = ''
    and (figure.denominator <> coalesce(filed.files, 0) or figure.numerator <> coalesce(filed.records, 0))
order by figure.township9
