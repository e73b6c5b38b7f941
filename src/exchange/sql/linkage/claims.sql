-- engine: DuckDB
-- reads: told
-- writes: nothing (result: number, key, sounds, parent, is_guardians, contradicts, agrees, rows, sources; one row per
--         way a valid number is claimed, only of numbers that may be claimed by two)
-- parameters: none
with contested as (
    select number
    from told
    where number is not null
    group by number
    having min(concat_ws('|', s1, s2, s3, s4)) <> max(concat_ws('|', s1, s2, s3, s4))
        or bool_or(number is not distinct from guardian_number)
        or bool_or(coalesce(
            abs(try_cast(substr(born, 1, 4) as integer) - try_cast(substr(number_born, 1, 4) as integer)) >= 3, false))
),

claim as (
    select
        number,
        key,
        concat_ws('|', s1, s2, s3, s4) as sounds,
        parent,
        number is not distinct from guardian_number as is_guardians,
        coalesce(abs(try_cast(substr(born, 1, 4) as integer) - try_cast(substr(number_born, 1, 4) as integer)) >= 3, false)
            as contradicts,
        coalesce(born = number_born, false) as agrees,
        count(*) as rows,
        count(distinct source) as sources
    from told
    where number in (select number from contested)
    group by all
)

select number, key, nullif(sounds, '') as sounds, parent, is_guardians, contradicts, agrees, rows, sources
from claim
order by number, key, sounds, parent, is_guardians, contradicts, agrees
