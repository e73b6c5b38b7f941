-- engine: DuckDB
-- reads: scored, profile, joined (a, b: nodes that a pair joined; bits; runner_up)
-- writes: nothing (result: record_a, record_b, bits, runner_up, and gamma_*, mw_* of the best pair of profiles of each)
-- parameters: $cap (bits of household evidence that count)
select
    least(l.first, r.first) as record_a,
    greatest(l.first, r.first) as record_b,
    joined.bits,
    joined.runner_up,
    scored.*
from scored
inner join profile as l on l.profile = scored.a
inner join profile as r on r.profile = scored.b
inner join joined on joined.a = least(l.node, r.node) and joined.b = greatest(l.node, r.node)
where not scored.is_vetoed
qualify row_number() over (
    partition by joined.a, joined.b
    order by scored.score - greatest(scored.household - $cap, 0) desc, scored.a, scored.b
) = 1
order by record_a, record_b
