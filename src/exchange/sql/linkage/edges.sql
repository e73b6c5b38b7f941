-- engine: DuckDB
-- reads: scored (a, b, score, household, name, is_cross: see schemas/models), profile
-- writes: nothing (result: a, b, score, is_vetoed; one row per pair of nodes, its best pair of profiles)
-- parameters: $cap (bits of household evidence that count), $review (bits)
with capped as (
    select
        least(l.node, r.node) as a,
        greatest(l.node, r.node) as b,
        scored.score - greatest(scored.household - $cap, 0) as score,
        scored.is_vetoed
    from scored
    inner join profile as l on l.profile = scored.a
    inner join profile as r on r.profile = scored.b
)

select a, b, round(max(score) filter (where not is_vetoed), 4) as score, round(max(score), 4) as best
from capped
where a <> b
group by a, b
having max(score) >= $review
order by a, b
