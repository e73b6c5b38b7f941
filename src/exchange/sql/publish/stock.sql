-- Everybody registered at the end of the month in a default scope, with what figures and lists ask of them.
-- reads: core.residence_spell, core.person
-- writes: month_stock (temporary)
-- parameters: period, as_of, ever_married
create temporary table month_stock on commit drop as
select
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
where core.is_open(stock.spell, :period)
