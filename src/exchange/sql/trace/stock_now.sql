-- Everybody who was registered on the last day of a month as is known now, by the days the rows tell and not by the
-- months that counted them: late registrations are in, cancellations that came later are out.
-- reads: core.residence_spell, core.person
-- writes: month_stock (temporary)
-- parameters: period, as_of, ever_married
create temporary table month_stock as
select distinct on ((stock.spell).person_id)
    (stock.spell).spell_id,
    (stock.spell).person_id,
    (stock.spell).township9,
    (stock.spell).scope,
    coalesce((stock.spell).village12, (stock.spell).village) as village,
    stock.sex,
    stock.birth_date,
    stock.age,
    stock.is_ever_married,
    stock.has_stayed_3_months,
    stock.has_stayed_6_months,
    stock.reaches_65
from core.stock_facts(:as_of, :ever_married) as stock
where
    coalesce(core.covers(stock.spell, :as_of), (stock.spell).opened_period <= :period)
    and (
        (stock.spell).close_date is not null
        or (stock.spell).closed_period is null
        or (stock.spell).closed_period > :period
    )
order by (stock.spell).person_id, (stock.spell).register_date desc, (stock.spell).spell_id
