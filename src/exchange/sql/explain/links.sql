-- Links with the place of their rows, when they were published, the model of that month, whether the month kept any
-- evidence, and from whom the row was moved last.
-- reads: registry.link, registry.current_person, registry.evidence, registry.moved_row, ledger.source_row,
--        ledger.generation
-- writes: nothing
-- parameters: row_ids (text[]), person_ids (text[])
select
    link.row_id, link.period, link.tier, link.person_id, known.current_id, own.source, own.file, own.sheet, own.row,
    booked.generation, booked.published_at, booked.model_hash,
    exists (select from registry.evidence as told where told.period = link.period) as period_has_evidence,
    moved.period as moved_period, moved.from_id as moved_from
from registry.link as link
join registry.current_person as known on known.person_id = link.person_id
left join ledger.source_row as own on own.row_id = link.row_id
left join lateral (
    select generation, published_at, model_hash from ledger.generation as each
    where each.period = link.period order by generation desc limit 1
) as booked on true
left join lateral (
    select period, from_id from registry.moved_row as each
    where each.row_id = link.row_id order by period desc limit 1
) as moved on true
where link.row_id = any(cast(:row_ids as text[])) or link.person_id = any(cast(:person_ids as text[]))
order by link.period, own.source, own.file, own.sheet, own.row, link.row_id
