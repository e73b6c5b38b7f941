-- Packages of a month: where each went, when, who signed for it, and how often somebody was reminded.
-- reads: ledger.package, ledger.package_receipt
-- writes: nothing
-- parameters: period (text), unsigned_only (boolean)
select
    package.account, package.folder, package.generation, package.recipient, package.files, package.rows,
    package.protection,
    to_char(package.sent_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI') as sent_at,
    package.reminders,
    package.signed_by,
    to_char(package.signed_on, 'YYYY-MM-DD') as signed_on,
    (
        select receipt.message from ledger.package_receipt as receipt
        where receipt.package_id = package.package_id and receipt.outcome not in ('accepted', 'repeated')
            and package.received_at is null
        order by receipt.seen_at desc, receipt.file_sha256 limit 1
    ) as problem
from ledger.package as package
where package.period = :period
    and (not :unsigned_only or (package.awaits_receipt and package.received_at is null))
order by package.account, package.folder, package.generation
