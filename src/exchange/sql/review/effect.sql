-- Published numbers in which two persons are counted, under any id they ever had: what would be told otherwise if they
-- are one, or if the one they are taken for is two.
-- reads: registry.person, mart.list_entry, mart.figure_member, core.register_event, ledger.generation
-- writes: nothing
-- parameters: one, other (person ids; the same twice for one person)
with recursive party (root, person_id) as (
    select 1, :one
    union
    select 2, :other
    union
    select party.root, merged.person_id
    from party join registry.person as merged on merged.merged_into = party.person_id
),
newest as (select period, max(generation) as generation from ledger.generation group by period),
counted as (
    select entry.period, entry.township9, 'list' as what, entry.list as name, party.root
    from party
    join mart.list_entry as entry on entry.person_id = party.person_id
    join newest on newest.period = entry.period and newest.generation = entry.generation
    union all
    select member.period, member.township9, 'figure', member.name, party.root
    from party
    join mart.figure_member as member on member.person_id = party.person_id
    join newest on newest.period = member.period and newest.generation = member.generation
    union all
    select event.period, event.township9, 'flow', event.kind, party.root
    from party
    join core.register_event as event on event.person_id = party.person_id and event.kind <> 'IGNORED'
    join newest on newest.period = event.period
)
select period, township9, what, name, count(distinct root) as persons, count(*) as entries
from counted
group by period, township9, what, name
order by period, township9, what, name
