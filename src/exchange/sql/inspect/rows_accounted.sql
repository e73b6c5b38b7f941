-- Rows judged by validation against rows in the ledger, per published month and source; reopened months are under way.
-- reads: ledger.receipt, ledger.source_row, ledger.period
-- writes: nothing
-- parameters: none
select
    r.period,
    r.subject,
    r.rows_in as judged,
    (select count(*) from ledger.source_row s where s.period = r.period and s.source = r.subject) as kept
from ledger.receipt r
join ledger.period p on p.period = r.period and p.generation > 0 and p.state <> 'reopened'
where r.stage = 'validate'
order by r.period, r.subject
