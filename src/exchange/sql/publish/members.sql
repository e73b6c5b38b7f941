-- Who stands in the denominator of an indicator and who in its numerator, each with the rows that say so.
-- {{denominator}} and {{numerator}} stand for the statements of sql/indicators that the indicator declares.
-- reads: what the two statements read, month_stock
-- writes: mart.figure_member
-- parameters: period, generation, figure, village_names, and what the two statements bind
insert into mart.figure_member (
    period, generation, name, township9, person_id, part, is_long, numerator, denominator, basis_row_id, proof_row_ids,
    village
)
with target as materialized (
{{denominator}}
),
done as materialized (
{{numerator}}
)
select
    :period, :generation, :figure, target.township9, target.person_id, target.part,
    coalesce(stock.has_stayed_6_months, false),
    least(coalesce(done.counted, 0), target.counted), target.counted, target.row_id, done.row_ids,
    case when :figure = any(:village_names) then stock.village end
from target
left join done on done.person_id = target.person_id and done.part = target.part
left join month_stock as stock on stock.person_id = target.person_id and target.person_id <> ''
