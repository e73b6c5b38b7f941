-- What every sender did in a publication.
-- reads: mart.unit_status
-- writes: nothing
-- parameters: period (text), generation (integer)
select u.source || '|' || u.unit_code as place, u.status, u.rows_in, u.accepted, u.warned, u.set_aside
from mart.unit_status u
where u.period = :period and u.generation = :generation
order by place
