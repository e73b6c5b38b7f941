-- Files a rule was found in.
-- reads: ledger.delivery
-- writes: nothing
-- parameters: period (text), rule (text), unit_code (text, '' for all)
select source, unit_code, path, sha256, status
from ledger.delivery
where processed_period = :period and :rule = any(string_to_array(coalesce(rule, ''), chr(59)))
    and (:unit_code = '' or unit_code = :unit_code)
order by path
