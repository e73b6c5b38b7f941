-- engine: DuckDB
-- reads: scored, profile, wanted_pair (a, b: nodes)
-- writes: nothing; returns node_a, node_b, row_id_a, row_id_b (null of an earlier month), bits, household, gamma_* and
--         mw_* of the best pair of profiles of every wanted pair of nodes
-- parameters: $cap (bits of household evidence that count)
select
    wanted_pair.a as node_a,
    wanted_pair.b as node_b,
    case when l.node = wanted_pair.a then l.first else r.first end as row_id_a,
    case when l.node = wanted_pair.a then r.first else l.first end as row_id_b,
    round(scored.score - greatest(scored.household - $cap, 0), 4) as bits,
    scored.* exclude (score)
from scored
inner join profile as l on l.profile = scored.a
inner join profile as r on r.profile = scored.b
inner join wanted_pair
    on wanted_pair.a = least(l.node, r.node) and wanted_pair.b = greatest(l.node, r.node)
qualify row_number() over (
    partition by wanted_pair.a, wanted_pair.b
    order by scored.is_vetoed, scored.score - greatest(scored.household - $cap, 0) desc, scored.a, scored.b
) = 1
order by node_a, node_b;
