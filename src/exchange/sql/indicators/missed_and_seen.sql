-- Denominator: the missed, and the registered migrants whom employment or services saw this month as well.
-- reads: mart.list_entry, month_stock, core.job, core.service
-- writes: nothing
-- parameters: period, generation, clue_lists, sensitive
select township9, person_id, '' as part, 1 as counted, min(row_id) as row_id
from mart.list_entry
where period = :period and generation = :generation and list = any(:clue_lists)
group by township9, person_id
union all
select stock.township9, stock.person_id, '', 1, stock.spell_id
from month_stock as stock
where exists (select from core.job as job where job.person_id = stock.person_id and job.period = :period)
    or exists (
        select from core.service as service
        where service.person_id = stock.person_id and service.period = :period
            and service.service_class <> all(:sensitive)
    )
