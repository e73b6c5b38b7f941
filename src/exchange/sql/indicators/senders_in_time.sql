-- Numerator: senders whose report of the month was there before its cut.
-- reads: mart.unit_status, ledger.delivery
-- writes: nothing
-- parameters: period, generation
select '' as person_id, status.source || '/' || status.unit_code as part, 1 as counted, cast(null as text[]) as row_ids
from mart.unit_status as status
where status.period = :period and status.generation = :generation
    and (
        status.status = 'zero'
        or (
            status.status = 'reported' and exists (
                select from ledger.delivery as delivery
                where delivery.source = status.source and delivery.unit_code = status.unit_code
                    and delivery.file_period = :period and delivery.processed_period = :period and not delivery.is_late
            )
        )
    )
