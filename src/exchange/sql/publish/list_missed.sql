-- People the month saw at work or at a clinic who are registered nowhere. Sensitive services are never evidence.
-- The labour ledger tells who is at work at the end of the month, a clinic's row of its day only: a registration that
-- covered that day clears the clinic's row, but not the job.
-- reads: core.job, core.service, core.residence_spell, core.person, mart.unit_status
-- writes: mart.list_entry
-- parameters: period, generation, as_of, hukou_type, migrant_type, sensitive, codes (JSON: source -> code)
with evidence as (
    select
        job.person_id, job.source, job.unit_code, job.township9, job.row_id, job.service_date as clue_date,
        cast(null as date) as cleared_on,
        job.has_number as is_certain
    from core.job as job
    where job.period = :period and not coalesce(job.is_local, false) and coalesce(job.work_to > :as_of, true)
    union all
    select
        service.person_id, service.source, service.unit_code, service.township9, service.row_id, service.service_date,
        service.service_date,
        service.has_number and coalesce(service.resident_type = :migrant_type, false)
    from core.service as service
    where service.period = :period
        and coalesce(service.resident_type <> :hukou_type, true)
        and service.service_class <> all(:sensitive)
),
unregistered as (
    select evidence.*
    from evidence
    join core.person as person on person.person_id = evidence.person_id and not coalesce(person.is_local, false)
    where not exists (
        select from core.residence_spell as spell
        where spell.person_id = evidence.person_id
            and (core.is_open(spell, :period) or core.covers(spell, evidence.cleared_on))
    )
),
first_clue as (
    select distinct on (township9, person_id) *
    from unregistered
    order by township9, person_id, is_certain desc, clue_date, row_id
),
missed as (
    select
        clue.*,
        core.person_card(person) || jsonb_strip_nulls(jsonb_build_object(
            'source', cast(:codes as jsonb) ->> clue.source, 'clue_date', clue.clue_date, 'clue_unit', unit.name
        )) as card
    from first_clue as clue
    join core.person as person on person.person_id = clue.person_id
    left join mart.unit_status as unit
        on unit.period = :period and unit.generation = :generation
        and unit.source = clue.source and unit.unit_code = clue.unit_code
)
insert into mart.list_entry (
    period, generation, township9, list, person_id, entry_id, row_id, event_date, sort_key, payload
)
select
    :period, :generation, township9, case when is_certain then 'missed' else 'missed_may' end, person_id, '', row_id,
    clue_date, core.sort_key(card, clue_date), card
from missed
