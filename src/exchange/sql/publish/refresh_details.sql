-- A change of details replaces what it fills in; blanks keep what was known.
-- reads: month_details
-- writes: core.residence_spell
-- parameters: none
update core.residence_spell as spell
set
    village = case when newer.address is null then coalesce(newer.village, spell.village) else newer.village end,
    village12 = case when newer.address is null then coalesce(newer.village12, spell.village12) else newer.village12 end,
    address = coalesce(newer.address, spell.address),
    stay_reason = coalesce(newer.stay_reason, spell.stay_reason),
    stay_place = coalesce(newer.stay_place, spell.stay_place),
    plan_stay = coalesce(newer.plan_stay, spell.plan_stay),
    employer = coalesce(newer.employer, spell.employer),
    relation = coalesce(newer.relation, spell.relation),
    head_name = coalesce(newer.head_name, spell.head_name),
    note = coalesce(newer.note, spell.note),
    details_row_id = newer.details_row_id
from month_details as newer
where spell.spell_id = newer.spell_id
