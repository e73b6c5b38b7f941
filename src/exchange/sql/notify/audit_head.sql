-- The act by which a month was published: its hash travels in every manifest, and anchors the chain outside of here.
-- reads: ledger.audit
-- writes: nothing
-- parameters: act (text), object (text) as publish wrote them
select seq, hash from ledger.audit where act = :act and object = :object order by seq limit 1
