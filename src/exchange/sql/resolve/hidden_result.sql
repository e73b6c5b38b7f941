-- engine: DuckDB
-- reads: hidden_row, hidden_choice, hidden_edge (a: -1 - place, b: node, score), person_of_node (node, person_id),
--        node_person (node, person_id), row_node, node, known_person (person_id: registered before this month),
--        numbered_person (person_id)
-- writes: nothing; returns per source: hidden (rows), findable (whose person is known by other rows too), linked (to
--         somebody) and correct (linked to their own person)
-- parameters: $link (bits), $margin (bits)
with told as (
    select
        -1 - hidden_edge.a as place,
        person_of_node.person_id,
        max(hidden_edge.score) as score,
        bool_or(numbered_person.person_id is not null) as has_number
    from hidden_edge
    join person_of_node on person_of_node.node = hidden_edge.b
    left join numbered_person on numbered_person.person_id = person_of_node.person_id
    where hidden_edge.score is not null
    group by 1, 2
),

ranked as (
    select
        place, person_id, score,
        max(score) filter (where has_number) over (
            partition by place order by score desc, person_id rows between 1 following and unbounded following
        ) as second
    from told
    qualify row_number() over (partition by place order by score desc, person_id) = 1
),

answered as (
    select
        hidden_row.source,
        hidden_row.row_id,
        own.person_id as person_id,
        coalesce(
            hidden_choice.person_id,
            case when ranked.score >= $link and coalesce(ranked.score - ranked.second >= $margin, true)
                then ranked.person_id end
        ) as found_id
    from hidden_row
    join node_person as own on own.node = hidden_row.node
    left join hidden_choice on hidden_choice.place = hidden_row.place
    left join ranked on ranked.place = hidden_row.place
),

elsewhere as (
    select distinct node_person.person_id
    from row_node
    join node on node.evidence = row_node.evidence
    join node_person on node_person.node = node.node
    anti join hidden_row on hidden_row.row_id = row_node.row_id
    union
    select person_id from known_person
)

select
    answered.source,
    count(*) as hidden,
    count(elsewhere.person_id) as findable,
    count(answered.found_id) as linked,
    count(*) filter (where answered.found_id = answered.person_id) as correct
from answered left join elsewhere on elsewhere.person_id = answered.person_id
group by answered.source
order by answered.source;
