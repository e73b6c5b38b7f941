-- engine: DuckDB
-- reads: weighed (a, b, gamma_name, is_vetoed and the other columns of scored pairs), profile
-- writes: nothing; returns weighed, where children whose names are not quite the same, and a man and a woman whose
--         names are not equal, are never linked by weight
-- parameters: $grown (year of birth of the youngest who is no child any more), $least, $most (levels of the name)
-- Twins share a day, a telephone and a mother, and their names are made to match: 王梓涵, 王梓萱. Before they have
-- names the clinic writes 某某之子 and 某某之女, and then only the sex tells them apart.
select weighed.* replace (
    weighed.is_vetoed or (coalesce(l.sex <> r.sex, false) and coalesce(l.name <> r.name, true)) or (
        weighed.gamma_name between $least and $most
        and greatest(coalesce(l.birth_year, r.birth_year), coalesce(r.birth_year, l.birth_year)) > $grown
    ) as is_vetoed
)
from weighed
inner join profile as l on l.profile = weighed.a
inner join profile as r on r.profile = weighed.b
order by weighed.a, weighed.b;
