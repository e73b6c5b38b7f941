-- The newest act of the audit chain: its hash travels in every manifest.
-- reads: ledger.audit
-- writes: nothing
-- parameters: none
select seq, hash from ledger.audit order by seq desc limit 1
