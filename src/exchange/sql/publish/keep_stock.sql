-- Everybody in stock at the end of the month with the groups they belong to: the next month opens with exactly them.
-- reads: month_stock
-- writes: mart.stock_person
-- parameters: period, generation, as_of
insert into mart.stock_person (period, generation, township9, spell_id, person_id, sex, birth_date, groups)
select
    :period, :generation, township9, spell_id, person_id, sex, birth_date,
    core.groups_of(sex, birth_date, :as_of)
from month_stock
