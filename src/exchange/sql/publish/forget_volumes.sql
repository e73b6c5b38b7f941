-- Makes room for what is odd about the month's volumes, when a month is made again.
-- reads: nothing
-- writes: ledger.volume_finding
-- parameters: period
delete from ledger.volume_finding where period = :period
