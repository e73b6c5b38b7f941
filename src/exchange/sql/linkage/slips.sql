-- engine: DuckDB
-- reads: evidence, repair (typed, number: every valid number one slip away)
-- writes: fixed (typed, key, number: where exactly one of those numbers is known and under a name of the same sound)
-- parameters: none
create table fixed as
with owner as (
    select distinct number, key from evidence where number is not null and key is not null
),

hit as (
    select distinct wrong.typed, wrong.key, owner.number
    from (select distinct typed, key from evidence where typed is not null and key is not null) as wrong
    inner join repair on repair.typed = wrong.typed
    inner join owner on owner.number = repair.number and owner.key = wrong.key
)

select typed, key, min(number) as number
from hit
group by typed, key
having count(*) = 1
