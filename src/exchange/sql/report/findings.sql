-- Rows per source, sender and rule, replaced and repeated files left out; `kept` of them stayed in the figures.
-- reads: ledger.source_row, ledger.delivery
-- writes: nothing
-- parameters: period (text)
select
    s.source,
    coalesce(d.unit_code, '') as unit_code,
    r.rule,
    count(*) as rows,
    count(*) filter (where s.disposition in ('accept', 'warn')) as kept
from ledger.source_row s
join ledger.delivery d on d.delivery_id = s.delivery_id
cross join lateral unnest(string_to_array(s.rules, chr(59))) as r (rule)
where s.period = :period and r.rule <> '' and s.disposition not in ('superseded', 'ignore')
group by s.source, coalesce(d.unit_code, ''), r.rule
order by s.source, unit_code, r.rule
