-- engine: DuckDB
-- reads: evidence
-- writes: hot_phone (phone: numbers of offices, factories and clerks, under which too many names are reachable)
-- parameters: $most (names)
create table hot_phone as
select phone
from (
    select phone, coalesce(key, family || given) as who from evidence where phone is not null
    union
    select guardian_phone, coalesce(key, family || given) from evidence where guardian_phone is not null
)
group by phone
having count(distinct who) > $most
