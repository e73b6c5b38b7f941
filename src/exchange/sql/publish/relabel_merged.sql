-- Puts everything of a merged person under the survivor. Published lists keep the id they were published with.
-- reads: month_merge
-- writes: core.residence_spell, core.register_event, core.job, core.service, core.pregnancy
-- parameters: none
with spells as (
    update core.residence_spell as target set person_id = merged.into_id
    from month_merge as merged where target.person_id = merged.from_id
),
events as (
    update core.register_event as target set person_id = merged.into_id
    from month_merge as merged where target.person_id = merged.from_id
),
jobs as (
    update core.job as target set person_id = merged.into_id
    from month_merge as merged where target.person_id = merged.from_id
),
services as (
    update core.service as target
    set
        person_id = coalesce(own.into_id, target.person_id),
        guardian_person_id = coalesce(guardian.into_id, target.guardian_person_id)
    from core.service as service
    left join month_merge as own on own.from_id = service.person_id
    left join month_merge as guardian on guardian.from_id = service.guardian_person_id
    where target.row_id = service.row_id and (own.from_id is not null or guardian.from_id is not null)
)
delete from core.pregnancy where person_id in (select from_id from month_merge)
