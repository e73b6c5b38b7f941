-- engine: DuckDB
-- reads: profile, met (node, place: nodes that somebody may join, numbered)
-- writes: nothing (result: place, number, forbidden)
-- parameters: none
select met.place, min(profile.number) as number, profile.forbidden
from profile inner join met on met.node = profile.node
where profile.number is not null or profile.forbidden is not null
group by met.place, profile.forbidden
order by met.place, profile.forbidden
