-- Balances of a publication by place and group, each term as many as the persons it opens to.
-- reads: mart.group_balance
-- writes: nothing
-- parameters: period (text), generation (int)
select
    township9, group_name, opening, inflow, move_in, outflow, move_out, cancel, aged_in, aged_out, corrected, closing
from mart.group_balance
where period = :period and generation = :generation
order by township9, group_name
