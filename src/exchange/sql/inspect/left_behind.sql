-- People registered in townships for which nobody reports any more, as the newest month has them.
-- reads: mart.balance
-- writes: nothing
-- parameters: townships (those with senders)
select period, township9 as township, closing as people
from mart.balance as balance
where scope_group = 'all' and closing > 0 and township9 <> 'district' and township9 <> all(:townships)
    and (period, generation) = (
        select period, generation from ledger.generation order by period desc, generation desc limit 1
    )
order by township9
