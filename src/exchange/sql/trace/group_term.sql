-- Who came into a group of people, left it or stands in it at the end of a month, as it was published.
-- reads: mart.term, mart.stock_person
-- writes: nothing
-- parameters: period (text), generation (int), group_name (text), terms (text[]; none: the closing), township9 (text, '' for all)
select township9, person_id, term as part, row_id as basis_row_id
from mart.term
where period = :period and generation = :generation and group_name = :group_name
    and term = any(cast(:terms as text[])) and (:township9 = '' or township9 = :township9)
union all
select township9, person_id, '', spell_id
from mart.stock_person
where period = :period and generation = :generation and :group_name = any(groups)
    and cardinality(cast(:terms as text[])) = 0 and (:township9 = '' or township9 = :township9)
order by township9, person_id, basis_row_id
