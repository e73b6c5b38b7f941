-- What townships answered on the lists of earlier months, the newest answer of each row, with what it does now.
-- An absence ends when something newer shows the person: a service after the answer, a new registration, a change the
-- register reports, a later answer; or when the register itself closed the registration. Sensitive services show nobody.
-- reads: ledger.known_answer, ledger.generation, mart.answer_state, month_meaning, registry.current_person, month_stock,
-- core.service, core.register_event
-- writes: month_answer (temporary)
-- parameters: period, sensitive, care_classes, clue_lists
create temporary table month_answer on commit drop as
with newest as (
    select distinct on (answer.token)
        answer.token, answer.file_sha256, answer.period as list_period, answer.township9, answer.list, answer.row_id,
        known.current_id as person_id, answer.answer, answer.imported_at,
        coalesce(answer.answered_on, cast(answer.imported_at at time zone 'Asia/Shanghai' as date)) as said_on,
        answer.imported_at > ledger.answers_since(:period) as is_fresh
    from ledger.known_answer as answer
    join registry.current_person as known on known.person_id = answer.person_id
    where answer.period < :period
    order by answer.token, answer.imported_at desc, answer.file_sha256
),
meant as (
    select
        newest.*, meaning.effect, meaning.verdict, meaning.is_told,
        to_char(to_date(newest.list_period, 'YYYY-MM') + make_interval(months => meaning.months), 'YYYY-MM')
            as until_period
    from newest
    join month_meaning as meaning on meaning.list = newest.list and meaning.answer = newest.answer
),
live as (
    select meant.*
    from meant
    where not exists (
        select from mart.answer_state as settled
        where settled.token = meant.token and settled.file_sha256 = meant.file_sha256 and settled.period < :period
            and settled.state in ('done', 'ended', 'corrected', 'expired')
    )
),
seen as (
    select
        live.token,
        case
            when live.effect not in ('absent', 'settled', 'resting', 'noted') then null
            when exists (
                select from live as later
                where later.person_id = live.person_id and later.township9 = live.township9
                    and later.imported_at > live.imported_at and later.effect not in ('noted', 'received')
            ) then 'answered_again'
            when live.effect = 'resting' and exists (
                select from core.service as service
                where service.person_id = live.person_id and service.period > live.list_period
                    and service.period <= :period and service.service_class = any(:care_classes)
            ) then 'recorded'
            when live.effect in ('absent', 'settled') and exists (
                select from core.service as service
                where service.person_id = live.person_id and service.period <= :period
                    and service.service_date > live.said_on and service.service_class <> all(:sensitive)
            ) then 'served_since'
            when live.effect in ('absent', 'settled') and exists (
                select from core.register_event as event
                where event.person_id = live.person_id and event.period > live.list_period and event.period <= :period
                    and event.kind not in ('OUT', 'MOVE_OUT', 'CANCEL') and event.event_date > live.said_on
            ) then 'registered_since'
            when live.list <> all(:clue_lists) and live.effect <> 'settled' and not exists (
                select from month_stock as stock
                where stock.person_id = live.person_id and stock.township9 = live.township9
            ) then 'register_closed'
        end as ended_by
    from live
)
select
    live.*, seen.ended_by,
    case
        when live.until_period < :period then 'expired'
        when live.effect in ('confirmed', 'received', 'denied') then 'done'
        when seen.ended_by is not null then 'ended'
        when live.effect in ('wrong', 'duplicate') then 'waiting'
        else 'standing'
    end as state
from live
join seen on seen.token = live.token
