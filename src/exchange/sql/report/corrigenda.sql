-- Numbers of earlier months that would be told otherwise, had one known then which persons the month found to be one,
-- and which to be two. Two persons who are one count only where both were counted.
-- reads: registry.event, registry.person, registry.moved_row, registry.link, mart.list_entry, mart.figure_member,
--        core.register_event, ledger.generation
-- writes: nothing
-- parameters: period (text)
with recursive change as (
    select row_number() over (order by kind, person_id, other_id) as number, kind = 'merge' as is_one, person_id, other_id
    from registry.event
    where period = :period and kind in ('merge', 'split', 'reassign')
),
party (number, is_one, side, person_id) as (
    select number, is_one, 1, person_id from change
    union
    select number, is_one, 2, other_id from change where is_one
    union
    select party.number, party.is_one, party.side, merged.person_id
    from party join registry.person as merged on merged.merged_into = party.person_id and merged.merged_period < :period
),
newest as (select period, max(generation) as generation from ledger.generation where period < :period group by period),
counted as (
    select party.number, party.is_one, party.side, entry.period, entry.township9, 'list' as what, entry.list as name
    from party
    join mart.list_entry as entry on entry.person_id = party.person_id
    join newest on newest.period = entry.period and newest.generation = entry.generation
    union
    select party.number, party.is_one, party.side, member.period, member.township9, 'figure', member.name
    from party
    join mart.figure_member as member on member.person_id = party.person_id
    join newest on newest.period = member.period and newest.generation = member.generation
    union
    select party.number, party.is_one, party.side, event.period, event.township9, 'flow', event.kind
    from party
    join registry.link as link on link.person_id = party.person_id
    join core.register_event as event on event.row_id = link.row_id and event.kind <> 'IGNORED'
    join newest on newest.period = event.period
    where party.is_one
    union
    select party.number, party.is_one, party.side, event.period, event.township9, 'flow', event.kind
    from party
    join registry.moved_row as moved on moved.from_id = party.person_id and moved.period = :period
    join core.register_event as event on event.row_id = moved.row_id and event.kind <> 'IGNORED'
    join newest on newest.period = event.period
    where not party.is_one
),
told as (
    select number, is_one, period, township9, what, name
    from counted
    group by number, is_one, period, township9, what, name
    having not is_one or count(distinct side) = 2
)
select period, township9, what, name, is_one, count(*) as persons
from told
group by period, township9, what, name, is_one
order by period, township9, what, name, is_one
