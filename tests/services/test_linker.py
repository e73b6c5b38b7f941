import random

import pandas as pd
import pyarrow.parquet as parquet
import pytest
import yaml

from benchmarks.linkage.scorers import own_scores
from benchmarks.linkage.tables import hard_files, quality
from benchmarks.linkage.train import ROLES, SCHEMAS, spec_of
from exchange.cli import main
from exchange.rules.linkage.numbers import read_numbers
from exchange.services.identity.linker import open_scorer
from exchange.services.identity.models import read_model
from exchange.services.identity.pairs import candidate_pairs
from exchange.services.sets import open_sets
from exchange.services.tables_in import read_tables
from exchange.stages.link import link_tables
from exchange.stages.link.evidence import prepare


@pytest.fixture(name="hard", scope="module")
def _hard(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hard")
    files, truth = hard_files(3_000, 20261, folder)
    return files, truth


@pytest.fixture(name="links", scope="module")
def _links(hard, tmp_path_factory):
    files, _ = hard
    model = read_model(SCHEMAS)
    return link_tables(files, spec_of(ROLES), model, tmp_path_factory.mktemp("link"), year=2026).links


def test_hard_tables_are_linked_nearly_as_well_as_they_can_be(hard, links):
    result = quality(links.to_pandas(), hard[1])
    assert result.f1 >= 0.985
    assert result.precision >= 0.995


def test_the_order_of_files_and_rows_changes_no_link(hard, links, tmp_path):
    mixed = []
    for path in reversed(hard[0]):
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        mixed.append(tmp_path / path.name)
        frame.sample(frac=1, random_state=3).to_csv(mixed[-1], index=False)
    again = link_tables(mixed, spec_of(ROLES), read_model(SCHEMAS), tmp_path, year=2026).links
    assert again.equals(links)


def test_two_valid_numbers_are_never_one_person_unless_one_row_holds_anothers(hard, links):
    rows = pd.concat([pd.read_csv(path, dtype=str, keep_default_na=False) for path in hard[0]])
    rows = rows.merge(links.to_pandas(), left_on="record_id", right_on="record")
    told = read_numbers(sorted(set(rows["id_no"]))).set_index("raw")
    rows["number"] = rows["id_no"].map(told["number"])
    agrees = rows["dob"].str.replace(r"\D", "", regex=True) == rows["number"].str[6:14]
    own = rows[rows["number"].notna() & agrees & rows["guardian_id"].ne(rows["id_no"])]
    assert own.groupby("person_id")["number"].nunique().max() == 1


def test_splink_and_one_statement_of_ours_weigh_every_pair_alike(hard, tmp_path):
    spec, model = spec_of(ROLES), read_model(SCHEMAS)
    with open_sets(tmp_path) as sets:
        prepare(sets, read_tables(hard[0], spec.record, spec.source, spec.roles.columns()), spec, 2026)
        sets.run("linkage/keys", {"is_kept": False})
        pairs, profiles = candidate_pairs(sets), sets.table("linkage/all_profiles")
        shares = sets.table("linkage/frequency")
    used = model.for_columns([name for name in profiles.schema.names if profiles[name].null_count < len(profiles)])
    with open_scorer(profiles, tmp_path) as scorer:
        scored = scorer.score(used, pairs, shares, 1e-4, -50.0).to_pandas()
    own = own_scores(profiles, used, pairs, shares, 1e-4, -50.0).to_pandas()
    both = scored.merge(own, on=["a", "b"], suffixes=("", "_own"))
    assert len(both) == len(scored) == len(own) > 500
    assert (both["score"] - both["score_own"]).abs().max() < 1e-6


def test_english_names_and_a_number_of_an_unknown_register_are_linked(tmp_path):
    rng = random.Random(5)
    given = [f"{a}{b}" for a in ("jo", "ma", "li", "ka", "ste", "pe") for b in ("hn", "ry", "sa", "te", "ven", "ter")]
    family = [
        f"{a}{b}" for a in ("smi", "har", "wil", "bro", "tay", "mor") for b in ("th", "ris", "son", "wn", "lor", "gan")
    ]
    rows, persons = [], []
    for person in range(400):
        day = f"19{rng.randrange(30, 99)}{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}"
        numbers = [str(rng.randrange(low, high)) for low, high in ((1, 200), (1000, 9999), (10**6, 10**7))]
        places = [f"{rng.choice(family)} street", f"{rng.choice(given)}ville"]
        row = [rng.choice(given), rng.choice(family), day, numbers[0], *places, *numbers[1:]]
        for copy in range(2):
            spoiled = list(row)
            if copy:
                place = rng.randrange(8)
                spoiled[place] = "" if rng.random() < 0.5 else spoiled[place][1:] + "x"
            rows.append([f"r{2 * person + copy:05d}", *spoiled])
            persons.append((f"r{2 * person + copy:05d}", str(person)))
    names = ["rec", "given", "family", "dob", "no", "street", "town", "post", "ssn"]
    pd.DataFrame(rows, columns=names).to_csv(tmp_path / "a.csv", index=False)
    spec = {
        "record": "rec", "id_scheme": "other",
        "roles": {"given_name": "given", "family_name": "family", "birth_date": "dob", "id_number": "ssn",
                  "address": ["no", "street", "town", "post"]},
    }  # fmt: skip
    (tmp_path / "spec.yaml").write_text(yaml.safe_dump(spec), encoding="utf-8")
    out = tmp_path / "links.parquet"
    assert main(["link", str(tmp_path / "a.csv"), "--spec", str(tmp_path / "spec.yaml"), "--out", str(out)]) == 0
    links = parquet.read_table(out).to_pandas()
    assert links.columns.tolist() == ["record", "person_id"]
    result = quality(links, pd.DataFrame(persons, columns=["record_id", "person"]))
    assert result.f1 >= 0.995


def test_every_joining_pair_is_explained_in_bits_that_add_up_and_without_a_value_of_anybody(hard, tmp_path):
    (tmp_path / "spec.yaml").write_text(yaml.safe_dump({"record": "record_id", "roles": ROLES}), encoding="utf-8")
    why, out = tmp_path / "why.csv", tmp_path / "l.csv"
    words = ["--spec", str(tmp_path / "spec.yaml"), "--out", str(out), "--why", str(why)]
    assert main(["link", *map(str, hard[0]), *words]) == 0
    told = pd.read_csv(why)
    person = pd.read_csv(out).set_index("record")["person_id"]
    assert len(told) > 300
    assert (person[told["record_a"]].to_numpy() == person[told["record_b"]].to_numpy()).all()
    sums = told["evidence"].str.findall(r"[+-]\d+\.\d").map(lambda found: sum(map(float, found)))
    assert (sums - told["bits"]).abs().max() < 0.6
    assert set(told["model"]) == {"linkage-1"}
    assert told["evidence"].str.contains(r"\d{4}|[\u4e00-\u9fff]").sum() == 0


def test_a_spec_that_does_not_fit_the_files_is_told_in_two_lines(tmp_path, capfd):
    (tmp_path / "a.csv").write_text("id,who\n1,王芳\n", encoding="utf-8")
    (tmp_path / "spec.yaml").write_text("record: nr\nroles: {name: who}\n", encoding="utf-8")
    code = main(
        ["link", str(tmp_path / "a.csv"), "--spec", str(tmp_path / "spec.yaml"), "--out", str(tmp_path / "l.csv")]
    )
    told = capfd.readouterr().err
    assert code == 12
    assert "lacks the columns nr" in told
    assert "王芳" not in told


def test_rows_that_tell_nothing_are_each_their_own_person(tmp_path):
    (tmp_path / "a.csv").write_text(
        "id,who,number\n"
        + "".join(f"{n},{name},000000000000000000\n" for n, name in enumerate(["王芳"] * 4 + ["无"] * 4)),
        encoding="utf-8",
    )
    (tmp_path / "spec.yaml").write_text("record: id\nroles: {name: who, id_number: number}\n", encoding="utf-8")
    out = tmp_path / "l.csv"
    assert main(["link", str(tmp_path / "a.csv"), "--spec", str(tmp_path / "spec.yaml"), "--out", str(out)]) == 0
    assert pd.read_csv(out)["person_id"].nunique() == 8
