-- Townships for which nobody reports any more and in which people are registered, or were until this month.
-- reads: core.residence_spell
-- writes: nothing
-- parameters: period, places
select distinct township9
from core.residence_spell
where opened_period <= :period and coalesce(closed_period, :period) >= :period and township9 <> all(:places)
order by township9
