-- A question about a registered person who had no row this month is asked by the earliest row he has: what people
-- answer is about two rows, for those never change.
-- reads: registry.review_item, registry.link, registry.current_person, registry.person
-- writes: registry.review_item
-- parameters: period
with recursive asked as (
    select item.item_id, now.current_id as person_id, 'a' as side
    from registry.review_item as item join registry.current_person as now on now.person_id = item.person_a
    where item.period = :period and item.row_id_a is null
    union all
    select item.item_id, now.current_id, 'b'
    from registry.review_item as item join registry.current_person as now on now.person_id = item.person_b
    where item.period = :period and item.row_id_b is null
),
family (root, person_id) as (
    select person_id, person_id from asked
    union
    select family.root, merged.person_id
    from family join registry.person as merged on merged.merged_into = family.person_id
),
first_row as (
    select distinct on (asked.item_id, asked.side) asked.item_id, asked.side, link.row_id
    from asked
    join family on family.root = asked.person_id
    join registry.link as link on link.person_id = family.person_id
    order by asked.item_id, asked.side, link.period, link.row_id
)
update registry.review_item as item
set
    row_id_a = coalesce(item.row_id_a, (select row_id from first_row where item_id = item.item_id and side = 'a')),
    row_id_b = coalesce(item.row_id_b, (select row_id from first_row where item_id = item.item_id and side = 'b'))
where item.item_id in (select item_id from asked)
