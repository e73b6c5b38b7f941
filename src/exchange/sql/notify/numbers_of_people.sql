-- Keyed digests of every number known of some people, for the guard of a file that is no township's.
-- reads: registry.person, registry.identifier
-- writes: nothing
-- parameters: period (text), person_ids (text[])
select known.scheme, known.id_hmac
from registry.numbers_of(:period, cast(:person_ids as text[])) as known
order by known.scheme, known.id_hmac
