-- Numerator: years of life with as many days of checks as the schedule had while the child was here.
-- reads: month_child_year, core.service
-- writes: nothing
-- parameters: known, child_care_class, home_visit_item
select child.person_id, child.part, 1 as counted, array_agg(service.row_id order by service.service_date, service.row_id) as row_ids
from month_child_year as child
join core.service as service
    on service.person_id = child.person_id and service.period <= :known
    and service.service_class = :child_care_class and service.service_item is distinct from :home_visit_item
    and service.service_date >= child.begins and service.service_date < child.ends
where child.expected > 0
group by child.person_id, child.part, child.expected
having count(distinct service.service_date) >= child.expected
