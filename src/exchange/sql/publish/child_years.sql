-- The first three years of life that children in stock completed this year, and the checks each had while they were here.
-- A check that began before the child came is not expected of this district.
-- reads: month_stock, core.residence_spell
-- writes: month_child_year (temporary)
-- parameters: year_start, as_of, check_starts (ages at which checks begin, as intervals)
create temporary table month_child_year on commit drop as
select
    year.*,
    (
        select count(*)
        from unnest(cast(:check_starts as text[])) as start (age)
        where year.birth_date + cast(start.age as interval) >= greatest(year.begins, year.here_since)
            and year.birth_date + cast(start.age as interval) < year.ends
    ) as expected
from (
    select
        stock.township9, stock.person_id, stock.spell_id, stock.birth_date, 'Y' || number as part,
        coalesce(spell.arrive_date, spell.register_date) as here_since,
        cast(stock.birth_date + make_interval(years => number - 1) as date) as begins,
        cast(stock.birth_date + make_interval(years => number) as date) as ends
    from month_stock as stock
    join core.residence_spell as spell on spell.spell_id = stock.spell_id
    cross join generate_series(1, 3) as number
) as year
where year.ends between :year_start and :as_of
