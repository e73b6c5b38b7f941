-- The publications of a month before the newest one, with what identifies each.
-- reads: ledger.generation
-- writes: nothing
-- parameters: period (text)
select g.generation, g.manifest_sha256, g.config_fingerprint, g.published_at
from ledger.generation g
where g.period = :period
order by g.generation
