-- Pairs a person should look at; one already asked about is not asked again.
-- reads: month_review, registry.review_item
-- writes: registry.review_item
-- parameters: none
insert into registry.review_item (
    item_id, period, kind, person_a, person_b, row_id_a, row_id_b, why, state, score, margin, priority
)
select item_id, period, kind, person_a, person_b, row_id_a, row_id_b, why, state, score, margin, priority
from month_review as fresh
where not exists (
    select from registry.review_item as known
    where known.state = 'new' and known.kind = fresh.kind
        and known.person_a = fresh.person_a and known.person_b = fresh.person_b
)
on conflict (item_id) do nothing
