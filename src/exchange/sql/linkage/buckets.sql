-- engine: DuckDB
-- reads: key_of
-- writes: bucket (key, profiles, has_open: whether somebody without a number is in it)
-- parameters: none
create table bucket as
select key, count(*) as profiles, count(*) filter (where not is_sure) as opens
from key_of
group by key
having count(*) > 1 and count(*) filter (where not is_sure) > 0
