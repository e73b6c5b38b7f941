-- Every row known of a person up to a month, those of persons merged into it among them.
-- reads: registry.link, registry.current_person
-- writes: nothing
-- parameters: person_id (text), period (text)
select link.row_id, link.period, link.tier, link.person_id
from registry.link as link
join registry.current_person as known on known.person_id = link.person_id
where known.current_id = (select current_id from registry.current_person where person_id = :person_id)
    and link.period <= :period
order by link.period, link.row_id
