-- Migrants served this month, one line per service, without the sensitive classes.
-- reads: core.service, core.person, mart.unit_status
-- writes: mart.list_entry
-- parameters: period, generation, sensitive
with served as (
    select
        service.township9, service.person_id, service.row_id, service.service_date,
        core.person_card(person) || jsonb_strip_nulls(jsonb_build_object(
            'service_date', service.service_date, 'service_class', service.service_class,
            'service_item', service.service_item, 'clinic', unit.name, 'is_free', service.is_free
        )) as card
    from core.service as service
    join core.person as person on person.person_id = service.person_id
    left join mart.unit_status as unit
        on unit.period = :period and unit.generation = :generation
        and unit.source = service.source and unit.unit_code = service.unit_code
    where service.period = :period and service.service_class <> all(:sensitive)
        and service.resident_group in ('migrant', 'migrant_unregistered')
)
insert into mart.list_entry (
    period, generation, township9, list, person_id, entry_id, row_id, event_date, sort_key, payload
)
select
    :period, :generation, township9, 'served', person_id, row_id, row_id, service_date,
    core.sort_key(card, service_date), card
from served
