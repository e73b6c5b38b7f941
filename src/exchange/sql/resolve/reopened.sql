-- engine: DuckDB
-- reads: history (accepted rows of earlier periods), opened (row_id)
-- writes: reopened (the rows of persons that are looked at anew, as they were accepted)
-- parameters: none
create table reopened as
select history.* from history semi join opened on opened.row_id = history.row_id;
