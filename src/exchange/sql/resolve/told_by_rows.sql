-- engine: DuckDB
-- reads: evidence, asked_row (row_id)
-- writes: nothing; returns what the rows people decided about tell of a number, for those that are looked at
-- parameters: none
select evidence.row_id, evidence.scheme, evidence.number, evidence.name_key, evidence.is_contradicted, evidence.precedence
from evidence semi join asked_row on asked_row.row_id = evidence.row_id
order by evidence.row_id;
