-- Keys that go with the rows a person loses. Those first known under an id that came back stay with that id.
-- reads: month_lost_key, registry.current_person
-- writes: registry.key
-- parameters: none
delete from registry.key as known
using month_lost_key as lost, registry.current_person as owner
where owner.current_id = lost.person_id
    and known.person_id = owner.person_id
    and known.key_kind = lost.key_kind
    and known.key_hmac = lost.key_hmac
