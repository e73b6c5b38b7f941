-- For rows answered as doubled: the other row meant, or the one row of the same township's lists with the same name and
-- birth date under another person; nothing where there are several.
-- reads: mart.list_entry, ledger.generation, registry.current_person, registry.identifier
-- writes: nothing
-- parameters: person_ids, row_ids, periods, townships, named (person ids or '')  (text[], one element per answer)
with asked as (
    select
        known.current_id as person_id, given.row_id, given.period, given.township9, other.current_id as named_id
    from unnest(
        cast(:person_ids as text[]), cast(:row_ids as text[]), cast(:periods as text[]), cast(:townships as text[]),
        cast(:named as text[])
    ) as given (person_id, row_id, period, township9, named)
    join registry.current_person as known on known.person_id = given.person_id
    left join registry.current_person as other on other.person_id = given.named
),
listed as (
    select distinct on (entry.period, entry.township9, known.current_id)
        entry.period, entry.township9, known.current_id as person_id, entry.row_id,
        entry.payload ->> 'name_key' as name_key, entry.payload ->> 'birth_date' as birth_date
    from mart.list_entry as entry
    join registry.current_person as known on known.person_id = entry.person_id
    where (entry.period, entry.township9) in (select period, township9 from asked)
        and entry.generation = (select max(generation) from ledger.generation where period = entry.period)
    order by entry.period, entry.township9, known.current_id, entry.list, entry.entry_id
),
found as (
    select asked.person_id, asked.row_id, other.person_id as other_id, other.row_id as other_row_id
    from asked
    join listed as own
        on own.period = asked.period and own.township9 = asked.township9 and own.person_id = asked.person_id
    join listed as other
        on other.period = asked.period and other.township9 = asked.township9 and other.person_id <> asked.person_id
    where case
        when asked.named_id is not null then other.person_id = asked.named_id
        else other.name_key = own.name_key and other.birth_date = own.birth_date
    end
)
select
    asked.person_id, asked.row_id,
    case when count(found.other_id) = 1 then min(found.other_id) end as other_id,
    case when count(found.other_id) = 1 then min(found.other_row_id) end as other_row_id
from asked
left join found on found.person_id = asked.person_id and found.row_id = asked.row_id
where asked.named_id is distinct from asked.person_id
group by asked.person_id, asked.row_id
order by asked.person_id, asked.row_id
