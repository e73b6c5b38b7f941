-- Decisions the month acted upon, and what they did. One that could not be carried out may be, later.
-- reads: month_decision
-- writes: registry.decision_applied
-- parameters: period
insert into registry.decision_applied as known (decision_id, period, effect)
select decision_id, :period, effect from month_decision
on conflict (decision_id) do update set period = excluded.period, effect = excluded.effect
where known.effect = 'refused' and excluded.effect <> 'refused'
