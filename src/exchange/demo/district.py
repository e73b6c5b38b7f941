"""Makes a whole district: people, their months, and the files its offices send, with the truth beside them."""

import hashlib
import json
import random
from collections.abc import Sequence
from copy import copy
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from exchange.demo.generator import accidents, papers
from exchange.demo.generator.dirt import Slip, Slips
from exchange.demo.generator.jobs import Labour
from exchange.demo.generator.monthly import Ledgers, kind_of_delivery
from exchange.demo.generator.movements import Movements
from exchange.demo.generator.papers import Secretary, Sheet
from exchange.demo.generator.people import Population
from exchange.demo.generator.places import COUNTY, Places
from exchange.demo.generator.pregnancies import Pregnancies
from exchange.demo.generator.records import Desk, Record
from exchange.demo.generator.senders import Sender, senders, write_registry
from exchange.demo.generator.services import Clinics
from exchange.demo.generator.writers import file_bytes
from exchange.model.period import Period

SCHEMAS = Path(__file__).parents[3] / "schemas"


@dataclass(frozen=True)
class SheetFacts:
    """What truly stands on one sheet; rows are physical rows, empty ones between others included."""

    name: str
    physical_rows: int
    data_rows: int
    hidden: bool
    stale: bool


@dataclass(frozen=True)
class FileFacts:
    """One file as it was sent. `path` is below the drops; `readable` is False when nothing can be read from it."""

    path: str
    agency: str
    unit: str
    period: str
    kind: str
    version: int
    case: str
    late: bool
    readable: bool
    sheets: tuple[SheetFacts, ...]

    @property
    def data_rows(self) -> int:
        """Rows that stand for somebody and are this month's: not on hidden and not on stale sheets."""
        return sum(sheet.data_rows for sheet in self.sheets if not sheet.hidden and not sheet.stale)

    @property
    def physical_rows(self) -> int:
        """All rows of all sheets."""
        return sum(sheet.physical_rows for sheet in self.sheets)


@dataclass(frozen=True)
class LateFile:
    """A file that comes after its month's cut: copy `source` to `path` below the drops before running `before`."""

    source: Path
    path: str
    before: Period


@dataclass(frozen=True)
class DistrictFacts:
    """Where everything lies, and what is true about it."""

    root: Path
    drops: Path
    units: Path
    truth: Path
    people: int
    months: tuple[Period, ...]
    files: tuple[FileFacts, ...]
    late: tuple[LateFile, ...]
    missing: tuple[tuple[str, str, str], ...]

    def rows(self) -> pd.DataFrame:
        """The truth per data row: path, sheet ("" for text and HTML), row (physical, from 1), person, marks."""
        return pd.read_parquet(self.truth / "rows.parquet")


@dataclass
class _Output:
    root: Path
    files: list[FileFacts] = field(default_factory=list)
    late: list[LateFile] = field(default_factory=list)
    missing: list[tuple[str, str, str]] = field(default_factory=list)
    rows: list[tuple[str, str, int, int, str]] = field(default_factory=list)


@dataclass(frozen=True)
class _Paper:
    """One file about to be written."""

    office: Sender
    agency: dict[str, Any]
    month: Period
    kind: str
    case: str
    following: Period
    sheets: list[Sheet]


def make_district(
    root: Path, people: int, months: list[Period], seed: int, dirt: float = 1.0, schemas: Path = SCHEMAS,
    more: Sequence[tuple[str, float, Slip]] = (),
) -> DistrictFacts:  # fmt: skip
    """Make a district of about `people` migrants under `root` and the files its offices send for `months`.

    `root` is new or empty. `months` follow each other; `dirt` scales the rates of slips (0 gives clean rows, the
    accidents with whole files stay); `more` are slips beside the usual ones (mark, rate, what happens); equal
    arguments give equal bytes. Writes drops/<agency folder>/<period>/<file>, late/<agency folder>/<period>/<file>,
    units.csv and truth/{truth.json, rows.parquet, persons.parquet}.
    """
    places = Places(schemas / "divisions")
    population = Population(_stream(seed, "people"), places)
    movements = Movements(_stream(seed, "movements"), places, population, months)
    movements.run(people)
    births = Pregnancies(_stream(seed, "pregnancies"), population, movements, months)
    births.run()
    labour = Labour(_stream(seed, "jobs"), places, population, movements)
    labour.run(people, months)
    services = Clinics(_stream(seed, "services"), places, population, movements, births).run(months)
    desk = Desk(_stream(seed, "records"), places, population, movements)
    ledgers = Ledgers(desk, movements, labour, services, months[0])
    agencies = papers.agencies()
    offices = senders(places, agencies)
    output = _Output(root)
    root.mkdir(parents=True, exist_ok=True)
    write_registry(root / "units.csv", offices)
    for office in offices:
        slips = Slips(_stream(seed, f"{office.agency}/{office.code}"), places, dirt, more)
        _Office(office, agencies[office.agency], places, ledgers, output, slips).send(months)
    _write_truth(output, population, seed, people, months)
    return DistrictFacts(
        root, root / "drops", root / "units.csv", root / "truth", people, tuple(months),
        tuple(sorted(output.files, key=lambda one: one.path)), tuple(output.late), tuple(sorted(output.missing)),
    )  # fmt: skip


def write_units(path: Path, schemas: Path = SCHEMAS) -> None:
    """The registry of senders of the demo district alone, as schemas/units.csv holds it."""
    write_registry(path, senders(Places(schemas / "divisions"), papers.agencies()))


def _stream(seed: int, name: str) -> random.Random:
    return random.Random(f"{seed}/{name}")


class _Office:
    """One office's months, from its books to its files."""

    def __init__(
        self, office: Sender, agency: dict[str, Any], places: Places, ledgers: Ledgers, output: _Output, slips: Slips
    ) -> None:
        self._office, self._agency, self._ledgers, self._output = office, agency, ledgers, output
        self._slips, self._rng = slips, slips.rng
        self._secretary = Secretary(agency, office, places.county_name)

    def send(self, months: list[Period]) -> None:
        previous: Sheet | None = None
        owed: Period | None = None
        for index, month in enumerate(months):
            case = accidents.case_of(index, self._office)
            if case == "missing":
                self._output.missing.append((str(month), self._office.agency, self._office.code))
                owed = month
                continue
            records = [] if case == "zero_report" else self._ledgers.records(self._office, month, owed)
            kind = kind_of_delivery(self._office, self._agency, index == 0)
            previous = self._send_month(month, kind, case, records, previous)
            owed = None

    def _send_month(
        self, month: Period, kind: str, case: str, records: list[Record], previous: Sheet | None
    ) -> Sheet | None:
        clean = [replace(record, cells=dict(record.cells), marks=[]) for record in records]
        spoilt = self._slips.spoil(records, self._agency["id_dirt"], month)
        if case == "all_numeric":
            accidents.all_numeric(spoilt)
        sheets = self._sheets(month, spoilt, case, previous)
        paper = _Paper(self._office, self._agency, month, kind, case, month.next(), sheets)
        content = file_bytes(self._office.style.container, sheets)
        if case == "truncated":
            content = accidents.truncated(self._rng, content)
        self._file(paper, 1, content)
        if case == "same_again":
            self._file(paper, 2, content)
        if case == "corrected":
            better = replace(paper, sheets=self._sheets(month, clean, "", previous))
            self._file(better, 2, file_bytes(self._office.style.container, better.sheets))
        return sheets[0]

    def _sheets(self, month: Period, records: list[Record], case: str, previous: Sheet | None) -> list[Sheet]:
        title = month.previous() if case == "wrong_month" else month
        sheets = self._secretary.workbook(month, records, title, 3 if case == "total_wrong" else 0)
        if self._office.style.sheets == "stale" and previous is not None:
            left_over = copy(previous)
            left_over.stale = True
            sheets.append(left_over)
        return sheets

    def _file(self, paper: _Paper, version: int, content: bytes) -> None:
        office, month, output = self._office, paper.month, self._output
        name = f"{office.code}_{office.agency}_{month}_{paper.kind}_v{version}.{office.style.extension}"
        relative = f"{self._agency['folder']}/{month}/{name}"
        late = paper.case == "late"
        target = output.root / ("late" if late else "drops") / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        if late:
            output.late.append(LateFile(target, relative, paper.following))
        facts = _facts(paper, relative, version, late, office.style.container == "xlsx")
        output.files.append(facts)
        if facts.readable:
            output.rows.extend(_true_rows(relative, paper.sheets, office.style.container == "xlsx"))
        if office.style.manifest or paper.case == "manifest_wrong":
            _write_manifest(target, content, facts.data_rows, paper.case == "manifest_wrong")


def _facts(paper: _Paper, path: str, version: int, late: bool, named_sheets: bool) -> FileFacts:
    readable = paper.case != "truncated"
    sheets = [
        SheetFacts(sheet.name if named_sheets else "", len(sheet.lines), sheet.data_rows, sheet.hidden, sheet.stale)
        for sheet in (paper.sheets if named_sheets else paper.sheets[:1])
    ]
    office = paper.office
    return FileFacts(
        path, office.agency, office.code, str(paper.month), paper.kind, version, paper.case, late, readable,
        tuple(sheets) if readable else (),
    )  # fmt: skip


def _true_rows(path: str, sheets: list[Sheet], named: bool) -> list[tuple[str, str, int, int, str]]:
    return [
        (path, sheet.name if named else "", row, line.record.person, ";".join(line.record.marks))
        for sheet in (sheets if named else sheets[:1])
        if not sheet.stale
        for row, line in enumerate(sheet.lines, 1)
        if line.record is not None
    ]


def _write_manifest(target: Path, content: bytes, rows: int, wrong: bool) -> None:
    digest = hashlib.sha256(content[:-1] if wrong else content).hexdigest()
    manifest = {"file": target.name, "rows": rows + (7 if wrong else 0), "sha256": digest}
    beside = target.with_name(target.name + ".manifest.json")
    beside.write_text(json.dumps(manifest, ensure_ascii=False) + "\n", encoding="utf-8")


def _write_truth(output: _Output, population: Population, seed: int, people: int, months: list[Period]) -> None:
    folder = output.root / "truth"
    folder.mkdir(exist_ok=True)
    rows = pd.DataFrame(sorted(output.rows), columns=["path", "sheet", "row", "person", "marks"])
    rows.to_parquet(folder / "rows.parquet", index=False)
    persons = pd.DataFrame(
        [
            (one.pid, one.number, one.certificate, one.name, one.birth, one.sex, one.mother)
            for one in population.persons
        ],
        columns=["person", "number", "certificate", "name", "birth", "sex", "mother"],
    ).astype({"mother": "Int64"})
    persons.to_parquet(folder / "persons.parquet", index=False)
    truth = {
        "county": COUNTY, "seed": seed, "people": people, "months": [str(month) for month in months],
        "missing": [list(one) for one in sorted(output.missing)],
        "late": [{"path": one.path, "before": str(one.before)} for one in output.late],
        "files": [
            asdict(one) | {"data_rows": one.data_rows, "physical_rows": one.physical_rows}
            for one in sorted(output.files, key=lambda one: one.path)
        ],
    }  # fmt: skip
    (folder / "truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
