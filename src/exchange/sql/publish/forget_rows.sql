-- Makes room for the rows of a month that is published again; a later month that was reopened gave some of them back.
-- reads: ledger.delivery
-- writes: ledger.source_row, ledger.issue
-- parameters: period
with rows as (
    delete from ledger.source_row
    where period = :period
        or (period > :period and delivery_id in (
            select delivery_id from ledger.delivery where processed_period = :period
        ))
    returning row_id
)
delete from ledger.issue
where period = :period or (period > :period and row_id in (select row_id from rows))
