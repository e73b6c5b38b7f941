-- What each source last said of the persons the month touches, under the surviving id.
-- reads: core.person_source, month_person, month_merge
-- writes: nothing
-- parameters: none
select
    coalesce(merged.into_id, known.person_id) as person_id,
    known.source, known.precedence, known.name, known.name_key, known.sex, known.birth_date, known.ethnicity,
    known.education, known.marital, known.hukou_code6, known.hukou_township9, known.hukou_address,
    known.current_address, known.village, known.phone, known.guardian_name, known.is_local,
    known.identity_certain, known.row_id, known.updated_period,
    known.older::text as older
from core.person_source as known
left join month_merge as merged on merged.from_id = known.person_id
join month_person as person on person.person_id = coalesce(merged.into_id, known.person_id)
order by known.person_id, known.source
