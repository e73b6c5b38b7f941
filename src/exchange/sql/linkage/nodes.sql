-- engine: DuckDB
-- reads: profile
-- writes: nothing (result: node, number, forbidden)
-- parameters: none
select node, min(number) as number, forbidden
from profile
where number is not null or forbidden is not null
group by node, forbidden
order by node, forbidden
