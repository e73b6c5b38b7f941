-- engine: PostgreSQL
-- reads: registry.person
-- writes: temporary table merged_before (person_id, current_id): merges of earlier periods, followed to their end
-- parameters: period
create temporary table merged_before on commit drop as
with recursive chain (person_id, current_id, hops) as (
    select person_id, merged_into, 1 from registry.person
    where merged_into is not null and merged_period < :period
    union all
    select chain.person_id, person.merged_into, chain.hops + 1
    from chain join registry.person on person.person_id = chain.current_id
    where person.merged_into is not null and person.merged_period < :period
)
select distinct on (person_id) person_id, current_id from chain order by person_id, hops desc;
