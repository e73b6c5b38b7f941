-- engine: DuckDB
-- reads: robbed (row_id, scheme, number, name_key: null where the row alone loses it), evidence
-- writes: evidence (rows of which people said that their number is somebody else's go without it)
-- parameters: none
update evidence set scheme = null, number = null
where row_id in (select row_id from robbed)
    or exists (
        select from robbed
        where robbed.scheme = evidence.scheme and robbed.number = evidence.number
            and robbed.name_key = evidence.name_key
    );
