-- A pregnancy is all maternity rows of a woman with one last menses, or without one, with one day of delivery.
-- reads: core.service, month_person
-- writes: core.pregnancy
-- parameters: maternity_class, antenatal_items, postnatal_items
insert into core.pregnancy (
    person_id, episode, last_menses, due_date, booked_date, antenatal_days, postnatal_days, high_risk,
    delivery_date, delivery_place, live_births, termination, first_period, row_ids
)
select
    service.person_id,
    coalesce(service.last_menses::text, 'D' || service.delivery_date::text) as episode,
    min(service.last_menses),
    (array_agg(service.due_date order by service.service_date desc, service.row_id)
        filter (where service.due_date is not null))[1],
    min(service.booked_date),
    count(distinct service.service_date) filter (where service.service_item = any(:antenatal_items)),
    count(distinct service.service_date) filter (where service.service_item = any(:postnatal_items)),
    bool_or(service.high_risk),
    (array_agg(service.delivery_date order by service.service_date, service.row_id)
        filter (where service.delivery_date is not null))[1],
    (array_agg(service.delivery_place order by service.service_date, service.row_id)
        filter (where service.delivery_place is not null))[1],
    max(service.live_births),
    min(service.termination),
    min(service.period),
    array_agg(service.row_id order by service.service_date, service.row_id)
from core.service as service
join month_person as person on person.person_id = service.person_id
where service.service_class = :maternity_class and coalesce(service.last_menses, service.delivery_date) is not null
group by service.person_id, episode
