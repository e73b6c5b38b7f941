-- Every child under seven in stock, not only those who came this month.
-- reads: month_stock, core.residence_spell, core.person, core.service
-- writes: mart.list_entry
-- parameters: period, generation, immunisation_class, child_care_class
with cared as (
    select
        stock.township9, stock.person_id, spell.details_row_id, spell.arrive_date,
        core.person_card(person) || core.spell_card(spell) || jsonb_strip_nulls(jsonb_build_object(
            'guardian_name', person.guardian_name, 'three_months', stock.has_stayed_3_months,
            'new', spell.opened_period = :period and spell.opening_kind <> 'OPENING',
            'certificate_number', shots.certificate_number, 'doses', shots.doses,
            'last_check_month', checks.last_check_month
        )) as card
    from month_stock as stock
    join core.residence_spell as spell on spell.spell_id = stock.spell_id
    join core.person as person on person.person_id = stock.person_id
    left join lateral (
        select
            (array_agg(certificate_number order by service_date desc, row_id)
                filter (where certificate_number is not null))[1] as certificate_number,
            count(distinct (vaccine, dose_number)) filter (where vaccine is not null) as doses
        from core.service
        where service.person_id = stock.person_id and service_class = :immunisation_class
    ) as shots on true
    left join lateral (
        select max(check_month) as last_check_month
        from core.service
        where service.person_id = stock.person_id and service_class = :child_care_class
    ) as checks on true
    where stock.age < 7
)
insert into mart.list_entry (
    period, generation, township9, list, person_id, entry_id, row_id, event_date, sort_key, payload
)
select
    :period, :generation, township9, 'children_0_6', person_id, '', details_row_id, arrive_date,
    core.sort_key(card, arrive_date), card
from cared
