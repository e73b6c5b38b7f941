-- engine: DuckDB
-- reads: key_of, hidden_key_of (key, is_sure: of hidden rows), earlier_key (key, profile, is_sure: of profiles of earlier months)
-- writes: known_key_of (key, profile, is_sure: earlier profiles that share a key with one of this month, one of the
--         two without a number)
-- parameters: none
create table known_key_of as
with wanted as (
    select key, bool_or(not is_sure) as has_open
    from (select key, is_sure from key_of union all select key, is_sure from hidden_key_of)
    group by key
)

select distinct earlier_key.key, earlier_key.profile, earlier_key.is_sure
from earlier_key
inner join wanted on wanted.key = earlier_key.key and (wanted.has_open or not earlier_key.is_sure);
