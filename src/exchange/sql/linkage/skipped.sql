-- engine: DuckDB
-- reads: bucket
-- writes: nothing (result: buckets, profiles that were too many for a bucket)
-- parameters: $largest
select count(*) as buckets, coalesce(sum(profiles), 0)::bigint as profiles
from bucket
where profiles > $largest
