-- Where sources disagree about a person the month touches: whoever said otherwise than what counts is asked to check,
-- and who said what counts as well, unless a valid number says it for him. Nothing of theirs is changed.
-- reads: core.person_source, core.person, month_person
-- writes: core.disagreement
-- parameters: period
with told as (
    select said.person_id, part.field, said.source, said.identity_certain, part.told <> part.decided as differs,
        coalesce(said.older -> part.field ->> 0, said.row_id) as row_id
    from core.person_source as said
    join month_person as touched on touched.person_id = said.person_id
    join core.person as person on person.person_id = said.person_id
    cross join lateral (
        values
            ('sex', said.sex, person.sex),
            ('birth_date', said.birth_date::text, person.birth_date::text)
    ) as part (field, told, decided)
    where part.told is not null and part.decided is not null and part.told not in ('0', '9')
),
asked as (
    select told.* from told
    where told.differs or (
        not told.identity_certain and exists (
            select from told as other
            where other.person_id = told.person_id and other.field = told.field and other.differs
        )
    )
),
settled as (
    update core.disagreement as known
    set closed_period = :period
    where known.closed_period is null
        and (
            known.person_id in (select person_id from month_person)
            or not exists (select from core.person as person where person.person_id = known.person_id)
        )
        and not exists (
            select from asked
            where asked.person_id = known.person_id and asked.field = known.field and asked.source = known.source
        )
)
insert into core.disagreement as known (person_id, field, source, row_id, first_period)
select person_id, field, source, row_id, :period from asked
on conflict (person_id, field, source) do update
set row_id = excluded.row_id,
    first_period = case when known.closed_period is null then known.first_period else excluded.first_period end,
    closed_period = null
where known.closed_period is not null or known.row_id <> excluded.row_id
