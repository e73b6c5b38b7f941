-- Where a person stands in a publication: lists and indicators.
-- reads: mart.list_entry, mart.figure_member, registry.current_person
-- writes: nothing
-- parameters: person_id (text), period (text), generation (int)
with known as (
    select person_id from registry.current_person
    where current_id = (select current_id from registry.current_person where person_id = :person_id)
)
select 'list' as kind, list as name, township9, entry_id as part, cast(null as integer) as numerator,
    cast(null as integer) as denominator
from mart.list_entry
where period = :period and generation = :generation and person_id in (select person_id from known)
union all
select 'indicator', name, township9, part, numerator, denominator
from mart.figure_member
where period = :period and generation = :generation and person_id in (select person_id from known)
order by kind, name, township9, part
