-- Rows a rule was found in, by sender; replaced and repeated files are left out as in the validation report.
-- reads: ledger.source_row, ledger.delivery, registry.link, mart.unit_status
-- writes: nothing
-- parameters: period (text), generation (int), rule (text), unit_code (text, '' for all), township9 (text, '' for all)
select coalesce(unit.township9, '') as township9, coalesce(link.person_id, '') as person_id,
    own.source || '/' || coalesce(delivery.unit_code, '') as part, own.row_id as basis_row_id
from ledger.source_row as own
join ledger.delivery as delivery on delivery.delivery_id = own.delivery_id
left join registry.link as link on link.row_id = own.row_id
left join mart.unit_status as unit
    on unit.period = :period and unit.generation = :generation
    and unit.source = own.source and unit.unit_code = delivery.unit_code
where own.period = :period and :rule = any(string_to_array(own.rules, chr(59)))
    and own.disposition not in ('superseded', 'ignore')
    and (:unit_code = '' or delivery.unit_code = :unit_code)
    and (:township9 = '' or unit.township9 = :township9)
order by part, own.file, own.sheet, own.row
