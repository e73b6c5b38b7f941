-- Keyed digests of every number known of the people on a township's lists, for the guard.
-- reads: mart.list_entry, registry.person, registry.identifier
-- writes: nothing
-- parameters: period (text), generation (int), township9 (text)
select known.scheme, known.id_hmac
from registry.numbers_of(
    :period,
    array(
        select person_id from mart.list_entry
        where period = :period and generation = :generation and township9 = :township9
    )
) as known
order by known.scheme, known.id_hmac
