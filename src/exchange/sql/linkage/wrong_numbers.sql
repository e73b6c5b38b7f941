-- engine: DuckDB
-- reads: evidence
-- writes: nothing (result: typed, the distinct numbers that are not valid)
-- parameters: none
select distinct typed from evidence where typed is not null order by typed
