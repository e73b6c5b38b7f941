-- engine: DuckDB
-- reads: evidence
-- writes: nothing; returns who appears under which number: number, scheme, name, whether the row contradicts it
-- parameters: none
select
    scheme, number, name_key, min(name) as name, bool_or(is_unnamed) as is_unnamed, is_contradicted,
    min(precedence) as precedence, count(*) as row_count, min(row_id) as row_id
from evidence
where number is not null
group by scheme, number, name_key, is_contradicted
order by scheme, number, name_key, is_contradicted;
