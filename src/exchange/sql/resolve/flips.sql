-- engine: PostgreSQL
-- reads: claim_owner, core.person_source
-- writes: nothing; returns owners of numbers under a name they never had, of whom the strongest source never spoke
-- parameters: strongest (precedence of that source)
select distinct owner.person_id
from claim_owner as owner
where not owner.is_named and not exists (
    select from core.person_source as said
    where said.person_id = owner.person_id and said.precedence = :strongest
    offset 0
)
order by owner.person_id;
