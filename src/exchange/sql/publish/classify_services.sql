-- Whose service it was: registered migrant, other registered person, or what the clinic printed.
-- reads: core.residence_spell
-- writes: core.service
-- parameters: period, hukou_type, migrant_type
update core.service as service
set
    resident_group = case
        when registered.as_migrant then 'migrant'
        when registered.as_migrant is not null then 'memo'
        when service.resident_type = :migrant_type then 'migrant_unregistered'
        when service.resident_type = :hukou_type then 'hukou'
        else 'unknown'
    end
from (
    select row_of.row_id, bool_or(spell.scope_group = 'default') as as_migrant
    from core.service as row_of
    left join core.residence_spell as spell
        on spell.person_id = row_of.person_id
        and (core.is_open(spell, :period) or core.covers(spell, row_of.service_date))
    where row_of.period = :period
    group by row_of.row_id
) as registered
where service.row_id = registered.row_id
