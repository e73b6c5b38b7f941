-- engine: DuckDB
-- reads: evidence
-- writes: nothing; returns the distinct names (of children not named yet apart) and villages as written, and
--         guardians' numbers: kind, text
-- parameters: none
select distinct kind, text
from (
    select case when is_temp_name then 'child' else 'name' end as kind, name as text from evidence
    union all
    select 'village', village from evidence
    union all
    select 'guardian', guardian_number from evidence
)
where text is not null
order by kind, text;
