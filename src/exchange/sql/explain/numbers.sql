-- Of which kinds a person has or had numbers, how many, since when; never the numbers.
-- reads: registry.identifier_history
-- writes: nothing
-- parameters: person_ids (text[])
select scheme, valid_to, count(*)::bigint as numbers, min(valid_from) as valid_from
from registry.identifier_history
where person_id = any(cast(:person_ids as text[]))
group by scheme, valid_to
order by scheme, valid_to nulls first
