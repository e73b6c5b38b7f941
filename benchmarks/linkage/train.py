"""Makes the weights of schemas/models/linkage-1.json anew: `python -m benchmarks.linkage.train [--write]`.

m comes from records that share an undisputed identity number, with the number itself hidden; u from random records,
chosen by hash; both on tables of the project's own making, whose seeds are used for nothing else. What hides with
the number (comparison `number`) and what only children have (`guardian`) stays as it was set by hand, and so do the
weights of fields that every set of tables teaches anew.
"""

import json
import sys
import tempfile
from pathlib import Path

import pyarrow as pa

from exchange.registry.pair_model import Comparison, Model, model_of
from exchange.registry.spec_link import LinkSpec, link_spec
from exchange.rules.linkage.learn import shares
from exchange.services.identity.linker import open_scorer
from exchange.services.sets import open_sets
from exchange.services.tables_in import read_tables
from exchange.stages.link.evidence import prepare
from exchange.stages.link.weights import counted, random_pairs
from tests.support.hard_tables import make_hard_tables

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
MODEL = SCHEMAS / "models" / "linkage-1.json"
SEEDS, RECORDS = (9001, 9002, 9003), 30_000
EXPECTED, LEAST_U = 0.15, 1e-5
BY_HAND = frozenset({"number", "guardian"})
ROLES = {
    "id_number": "id_no", "name": "name", "sex": "sex", "birth_date": "dob", "phone": "phone",
    "guardian_name": "guardian_name", "guardian_id": "guardian_id", "guardian_phone": "guardian_phone",
    "community": "community",
}  # fmt: skip
_SAME = (
    "select least(l.profile, r.profile) as join_key_l, greatest(l.profile, r.profile) as join_key_r "
    "from owner as a inner join owner as b on a.number = b.number and a.record < b.record "
    "inner join seen as l on l.record = a.record inner join seen as r on r.record = b.record "
    "where l.profile <> r.profile and substr(a.record, 1, 1) <> substr(b.record, 1, 1)"
)


def spec_of(roles: dict[str, str]) -> LinkSpec:
    return link_spec({"record": "record_id", "roles": roles})


def observed(model: Model, seed: int, folder: Path) -> tuple[dict[str, dict[int, int]], dict[str, dict[int, int]]]:
    """comparison -> place -> number of pairs, of the same persons and of random ones."""
    files = []
    for name, frame in make_hard_tables(RECORDS, seed).tables.items():
        files.append(folder / f"{name}-{seed}.csv")
        frame.to_csv(files[-1], index=False)
    spec = spec_of(ROLES)
    with open_sets(folder) as sets:
        prepare(sets, read_tables(files, spec.record, spec.source, spec.roles.columns()), spec, 2026)
        owner = sets.table("linkage/owners")
    hidden = spec_of({role: column for role, column in ROLES.items() if role != "id_number"})
    with open_sets(folder) as sets:
        prepare(sets, read_tables(files, hidden.record, hidden.source, hidden.roles.columns()), hidden, 2026)
        profiles, seen = sets.table("linkage/all_profiles"), sets.table("linkage/record_profiles")
    with open_scorer(profiles, folder) as scorer:
        same = _same(owner, seen)
        return counted(model, scorer.patterns(model, same)), counted(
            model, scorer.patterns(model, random_pairs(profiles))
        )


def _same(owner: pa.Table, seen: pa.Table) -> pa.Table:
    import duckdb

    connection = duckdb.connect()
    connection.register("owner", owner)
    connection.register("seen", seen)
    found: pa.Table = connection.sql(_SAME).to_arrow_table()
    return found


def trained(
    model: Model, before: dict[str, dict[str, list[float]]], folder: Path
) -> dict[str, list[tuple[float, float]]]:
    """comparison -> (m, u) per level, in the file's order. `before`: what was expected, per place from `differs` up."""
    sums: dict[str, list[dict[int, int]]] = {name: [{}, {}] for name in model.names}
    for seed in SEEDS:
        for kind, found in enumerate(observed(model, seed, folder)):
            for name, places in found.items():
                for place, count in places.items():
                    sums[name][kind][place] = sums[name][kind].get(place, 0) + count
    weights = {}
    for each in model.comparisons:
        if each.name not in BY_HAND and each.name not in model.learned:
            m, u = (_shares(each, counts, kind, before[each.name][kind])
                    for counts, kind in zip(sums[each.name], ("m", "u"), strict=True))  # fmt: skip
            weights[each.name] = [
                (m[level.place], u[level.place]) if level.place >= 0 else (1.0, 1.0) for level in each.levels
            ]
    return weights


def _shares(each: Comparison, counts: dict[int, int], kind: str, before: list[float]) -> list[float]:
    """What was seen, mixed with what was expected beforehand: our tables make fewer kinds of errors than clerks do."""
    seen = shares(list(counts), list(counts.values()), len(before), before)
    if kind == "m":
        return [(1 - EXPECTED) * share + EXPECTED * own for share, own in zip(seen, before, strict=True)]
    return [max(share, LEAST_U) for share in seen]


def main(arguments: list[str]) -> int:
    declared = json.loads(MODEL.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        weights = trained(model_of(declared), declared["expected"], Path(folder))
    for each in declared["splink"]["comparisons"]:
        for level, (m, u) in zip(each["comparison_levels"], weights.get(each["output_column_name"], ()), strict=False):
            if not level.get("is_null_level"):
                print(f"{each['output_column_name']:<12}{level['label_for_charts']:<60}{m:10.6f}{u:12.8f}")
                level["m_probability"], level["u_probability"] = round(m, 6), round(u, 8)
    declared["trained"] = {
        "tables": f"tests/support/hard_tables.py, seeds {SEEDS}, {RECORDS} records each",
        "by_hand": sorted(BY_HAND),
    }
    if "--write" in arguments:
        MODEL.write_text(json.dumps(declared, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
