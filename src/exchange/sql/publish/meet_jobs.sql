-- A job that two deliveries of a sender's month tell, a newer version or a correction, counts once: as the later
-- delivery tells it, in the month that counted it first.
-- reads: ledger.source_row, ledger.delivery
-- writes: core.job
-- parameters: period
with told as (
    select distinct
        job.row_id, job.period, job.source, job.unit_code, job.person_id, job.employer, job.work_from, job.hr_service,
        job.service_date, delivery.file_period, delivery.kind, delivery.seen_at
    from ledger.source_row as late_row
    join ledger.delivery as late on late.delivery_id = late_row.delivery_id and late.is_late
    join core.job as fresh on fresh.row_id = late_row.row_id
    join core.job as job
        on job.person_id = fresh.person_id and job.source = fresh.source and job.unit_code = fresh.unit_code
    join ledger.source_row as row on row.row_id = job.row_id
    join ledger.delivery as delivery
        on delivery.delivery_id = row.delivery_id and delivery.file_period = late.file_period
    where late_row.period = :period
),
events as (
    select
        row_id, count(*) over event as times, bool_or(kind = 'correction') over event as is_corrected,
        min(kind) over event = max(kind) over event as is_one_kind,
        first_value(row_id) over (event order by seen_at desc, row_id) as last_row_id,
        first_value(period) over (event order by period, seen_at, row_id) as first_period
    from told
    window event as (
        partition by source, unit_code, file_period, person_id, employer, work_from, hr_service, service_date
    )
),
repeated as (
    select * from events where times > 1 and (is_corrected or is_one_kind)
),
gone as (
    delete from core.job where row_id in (select row_id from repeated where row_id <> last_row_id)
)
update core.job as kept
set period = repeated.first_period
from repeated
where kept.row_id = repeated.row_id and kept.row_id = repeated.last_row_id
