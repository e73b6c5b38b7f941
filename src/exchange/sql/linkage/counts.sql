-- engine: DuckDB
-- reads: profile, pair
-- writes: nothing (result: nodes, numbered, profiles, pairs)
-- parameters: none
select
    count(distinct node) as nodes,
    count(distinct number) as numbered,
    count(*) as profiles,
    (select count(*) from pair) as pairs
from profile
