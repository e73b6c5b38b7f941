-- The rows of a sample: what was published of each, the sealed number by which the person was best known, and its place.
-- reads: ledger.audit_sample_row, ledger.audit_sample, mart.list_entry, ledger.source_row, registry.identifier,
--        vault.identity
-- writes: nothing
-- parameters: sample_id (text)
select
    drawn.token, drawn.township9, drawn.list, drawn.source, drawn.person_id, drawn.row_id,
    listed.payload::text as payload, own.file, own.sheet, own.row, own.rules, number.id_cipher
from ledger.audit_sample_row as drawn
join ledger.audit_sample as sample on sample.sample_id = drawn.sample_id
join mart.list_entry as listed
    on listed.period = sample.period and listed.generation = sample.generation
    and listed.township9 = drawn.township9 and listed.list = drawn.list
    and listed.person_id = drawn.person_id and listed.entry_id = drawn.entry_id
left join ledger.source_row as own on own.row_id = drawn.row_id
left join lateral (
    select vault.id_cipher
    from registry.identifier as known
    join vault.identity as vault on vault.id_hmac = known.id_hmac
    where known.person_id = drawn.person_id and known.first_period <= sample.period
    order by (known.scheme = 'resident') desc, known.first_period desc, known.id_hmac
    limit 1
) as number on true
where drawn.sample_id = :sample_id
order by drawn.township9, drawn.source, drawn.list, drawn.token
