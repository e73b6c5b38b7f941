-- Open questions about who is who, the most harmful first: what their two rows and persons are, and how much hangs on
-- them. A question whose rows turned out to be one person's is answered by the register itself.
-- reads: registry.review_item, registry.link, registry.current_person, registry.person, ledger.source_row, core.service
-- writes: nothing
-- parameters: item_id (text, '' for all), period (text: the newest month asked about)
with recursive item as (
    select item.*, now_a.current_id as one, now_b.current_id as other, link_a.period as since_a, link_b.period as since_b
    from registry.review_item as item
    join registry.link as link_a on link_a.row_id = item.row_id_a
    join registry.current_person as now_a on now_a.person_id = link_a.person_id
    join registry.link as link_b on link_b.row_id = item.row_id_b
    join registry.current_person as now_b on now_b.person_id = link_b.person_id
    where (:item_id = '' or item.item_id = :item_id) and item.period <= :period
),
side as (
    select one as person_id from item union select other from item
),
family (root, person_id) as (
    select person_id, person_id from side
    union
    select family.root, merged.person_id
    from family join registry.person as merged on merged.merged_into = family.person_id
),
weight as (
    select
        family.root as person_id,
        sum((select count(*) from registry.link as link where link.person_id = family.person_id)) as rows,
        (select count(*) from core.service as service where service.person_id = family.root) as services
    from family
    group by family.root
)
select
    item.item_id, item.period, item.kind, item.state, item.row_id_a, item.row_id_b, item.one, item.other,
    item.score, item.margin, item.priority, item.why::text as why,
    item.since_a, item.since_b, row_a.source as source_a, row_b.source as source_b,
    row_a.file as file_a, row_a.row as place_a, row_b.file as file_b, row_b.row as place_b,
    weight_a.rows::bigint as rows_a, weight_b.rows::bigint as rows_b, weight_a.services as services_a, weight_b.services as services_b
from item
join ledger.source_row as row_a on row_a.row_id = item.row_id_a
join ledger.source_row as row_b on row_b.row_id = item.row_id_b
join weight as weight_a on weight_a.person_id = item.one
join weight as weight_b on weight_b.person_id = item.other
order by
    (item.kind in ('id_dispute', 'margin', 'contradiction', 'decision_conflict')) desc,
    item.priority desc nulls last,
    least(weight_a.rows, weight_b.rows) desc,
    weight_a.services + weight_b.services desc,
    item.item_id
