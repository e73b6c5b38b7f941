-- So many entries of every township's lists, one of each stratum (source, list) first, the others in proportion.
-- Within a stratum the order is a keyed digest of the entry: whoever draws knows it no sooner than he draws.
-- reads: mart.list_entry, ledger.source_row
-- writes: nothing
-- parameters: period (text), generation (int), size (int), key (text)
with entry as (
    select
        listed.township9, listed.list, coalesce(own.source, '') as source, listed.row_id, listed.person_id,
        listed.entry_id,
        sha256(convert_to(
            concat_ws('/', :key, listed.township9, listed.list, listed.person_id, listed.entry_id), 'UTF8'
        )) as lot
    from mart.list_entry as listed
    left join ledger.source_row as own on own.row_id = listed.row_id
    where listed.period = :period and listed.generation = :generation
),
stratum as (
    select
        entry.*,
        count(*) over (partition by township9, source, list) as population,
        row_number() over (partition by township9, source, list order by lot) as place
    from entry
),
turn as (
    select
        stratum.*,
        row_number() over (
            partition by township9 order by place > 1, (place - 0.5) / population, lot
        ) as number
    from stratum
)
select township9, list, source, row_id, person_id, entry_id, population
from turn
where number <= :size
order by township9, source, list, lot
