-- Pairs a person should look at; one already asked about is not asked again.
-- reads: month_review
-- writes: registry.review_item
-- parameters: none
insert into registry.review_item (item_id, period, kind, person_a, person_b, row_id_a, row_id_b, why, state)
select item_id, period, kind, person_a, person_b, row_id_a, row_id_b, why, state
from month_review
on conflict (item_id) do nothing
