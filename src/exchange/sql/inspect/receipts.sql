-- Packages booked as received, and whether a receipt that was accepted names each and its letters agree.
-- reads: ledger.package, ledger.package_receipt, ledger.dispatch
-- writes: nothing
-- parameters: none
select
    package.package_id,
    exists (
        select 1 from ledger.package_receipt as receipt
        where receipt.package_id = package.package_id and receipt.outcome = 'accepted'
            and receipt.told_sha256 = package.package_sha256
    )
    and not exists (
        select 1 from ledger.dispatch as letter
        where letter.package_id = package.package_id and letter.status <> 'received'
    ) as good
from ledger.package as package
where package.received_at is not null
order by package.package_id
