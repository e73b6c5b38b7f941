-- Puts rows that are somebody else's under that person. Published lists keep the ids they were published with.
-- reads: month_move
-- writes: core.residence_spell, core.register_event, core.job, core.service
-- parameters: none
with spells as (
    update core.residence_spell as target set person_id = moved.into_id
    from month_move as moved where target.spell_id = moved.row_id
),
events as (
    update core.register_event as target set person_id = moved.into_id
    from month_move as moved where target.row_id = moved.row_id
),
jobs as (
    update core.job as target set person_id = moved.into_id
    from month_move as moved where target.row_id = moved.row_id
)
update core.service as target set person_id = moved.into_id
from month_move as moved where target.row_id = moved.row_id
