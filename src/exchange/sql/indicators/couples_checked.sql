-- Numerator: how many of them had a free check this half-year; counts only, nobody is named.
-- reads: month_stock, core.person, core.service, mart.list_entry
-- writes: nothing
-- parameters: period, generation, known, half_start, as_of, coupled, pregnancy_check_item
select '' as person_id, stock.township9 as part, count(*) as counted, cast(null as text[]) as row_ids
from month_stock as stock
join core.person as person on person.person_id = stock.person_id
where stock.sex = '2' and stock.age between 15 and 49 and person.marital = any(:coupled)
    and not exists (
        select from mart.list_entry as entry
        where entry.period = :period and entry.generation = :generation and entry.list = 'pregnant'
            and entry.person_id = stock.person_id
    )
    and exists (
        select from core.service as service
        where service.person_id = stock.person_id and service.period <= :known and service.is_free
            and service.service_item = :pregnancy_check_item and service.service_date between :half_start and :as_of
    )
group by stock.township9
