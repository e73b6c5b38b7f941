-- engine: DuckDB
-- reads: node
-- writes: nothing; returns every node, in order
-- parameters: none
select node, evidence, scheme, number, forbidden_scheme, forbidden_number, row_id from node order by node;
