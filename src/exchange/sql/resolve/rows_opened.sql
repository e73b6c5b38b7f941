-- engine: PostgreSQL
-- reads: all_of_wanted (asked, person_id, current_id), registry.link, ledger.source_row
-- writes: nothing; returns every earlier row of the wanted persons, under the id it was first given and the present one
-- parameters: period
select distinct
    link.row_id, family.current_id as person_id, link.person_id as linked_id, link.period, source_row.source
from all_of_wanted as family
join registry.link as link on link.person_id = family.person_id and link.period < :period
join ledger.source_row as source_row on source_row.row_id = link.row_id
order by link.row_id;
