-- A service that two deliveries of a sender's month tell, a newer version or a correction, counts once: as the later
-- delivery tells it, in the month that counted it first.
-- reads: ledger.source_row, ledger.delivery
-- writes: core.service
-- parameters: period
with told as (
    select distinct
        service.row_id, service.period, service.resident_group, service.source, service.unit_code, service.person_id,
        service.service_date, service.service_class, service.service_item, service.vaccine, service.dose_number,
        delivery.file_period, delivery.kind, delivery.seen_at
    from ledger.source_row as late_row
    join ledger.delivery as late on late.delivery_id = late_row.delivery_id and late.is_late
    join core.service as fresh on fresh.row_id = late_row.row_id
    join core.service as service
        on service.person_id = fresh.person_id and service.source = fresh.source
        and service.unit_code = fresh.unit_code and service.service_class = fresh.service_class
    join ledger.source_row as row on row.row_id = service.row_id
    join ledger.delivery as delivery
        on delivery.delivery_id = row.delivery_id and delivery.file_period = late.file_period
    where late_row.period = :period
),
events as (
    select
        row_id, count(*) over event as times, bool_or(kind = 'correction') over event as is_corrected,
        min(kind) over event = max(kind) over event as is_one_kind,
        first_value(row_id) over (event order by seen_at desc, row_id) as last_row_id,
        first_value(period) over (event order by period, seen_at, row_id) as first_period,
        first_value(resident_group) over (event order by period, seen_at, row_id) as first_group
    from told
    window event as (
        partition by
            source, unit_code, file_period, person_id, service_date, service_class, service_item, vaccine, dose_number
    )
),
repeated as (
    select * from events where times > 1 and (is_corrected or is_one_kind)
),
gone as (
    delete from core.service where row_id in (select row_id from repeated where row_id <> last_row_id)
)
update core.service as kept
set period = repeated.first_period, resident_group = repeated.first_group
from repeated
where kept.row_id = repeated.row_id and kept.row_id = repeated.last_row_id
