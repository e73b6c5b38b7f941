-- Services the person had elsewhere, had without a record yet, or does not want now: not asked again until that is over.
-- reads: month_answer, mart.list_entry
-- writes: mart.list_entry
-- parameters: period, generation, care_lists
delete from mart.list_entry as entry
using month_answer as answer
where entry.period = :period and entry.generation = :generation and entry.list = any(:care_lists)
    and answer.effect = 'resting' and answer.state = 'standing'
    and entry.person_id = answer.person_id and entry.township9 = answer.township9
