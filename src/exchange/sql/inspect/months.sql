-- What has become of every month: state, generation, when published, and its deliveries.
-- reads: ledger.period, ledger.generation, ledger.delivery, ledger.dispatch
-- writes: nothing
-- parameters: none
select
    p.period,
    p.state,
    p.generation,
    to_char(g.published_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI') as published_at,
    (select count(*) from ledger.delivery d where d.processed_period = p.period and d.status = 'received') as received,
    (select count(*) from ledger.delivery d where d.processed_period = p.period and d.is_late) as late,
    (
        select count(*) from ledger.delivery d
        where d.processed_period = p.period and d.status in ('rejected', 'duplicate', 'superseded', 'partial')
    ) as not_counted,
    (select count(*) from ledger.dispatch x where x.period = p.period and x.generation = p.generation) as packages,
    (
        select count(*) from ledger.dispatch x
        where x.period = p.period and x.generation = p.generation and x.status = 'written'
    ) as not_uploaded
from ledger.period p
left join ledger.generation g on g.period = p.period and g.generation = p.generation
order by p.period
