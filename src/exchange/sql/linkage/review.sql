-- engine: DuckDB
-- reads: open_pair (a, b, score, kind), profile
-- writes: nothing (result: record_a, record_b, score, kind)
-- parameters: none
select l.first as record_a, r.first as record_b, open_pair.score, open_pair.kind
from open_pair
inner join profile as l on l.profile = open_pair.a
inner join profile as r on r.profile = open_pair.b
order by open_pair.kind, open_pair.score desc, record_a, record_b
