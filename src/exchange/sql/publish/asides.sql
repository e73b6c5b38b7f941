-- Who is counted beside an indicator and not in it, each with the row that says so.
-- {{people}} stands for the statement of sql/indicators that the indicator declares.
-- reads: what the statement reads
-- writes: mart.figure_aside
-- parameters: period, generation, figure, aside, and what the statement binds
insert into mart.figure_aside (
    period, generation, name, aside, township9, person_id, part, counted, basis_row_id
)
select :period, :generation, :figure, :aside, people.township9, people.person_id, people.part, people.counted, people.row_id
from (
{{people}}
) as people
