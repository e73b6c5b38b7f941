"""Reads schemas/ and expectations/ into a Registry, or reports every problem at once."""

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from exchange.model.errors import RegistryError
from exchange.model.period import Period
from exchange.registry.divisions import Divisions
from exchange.registry.spec import CodeList, Policy, Role, Rule, Source, Unit
from exchange.registry.spec_answers import Answers, problems_of_answers
from exchange.registry.spec_archive import Archive
from exchange.registry.spec_indicators import Indicator, ReportLine, Target, problems_of_indicators
from exchange.registry.spec_products import Product
from exchange.registry.spec_recipients import Recipients
from exchange.registry.spec_schedules import AnySchedule, Schedules, problems_of

_M = TypeVar("_M", bound=BaseModel)
_YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ENCODINGS = ("utf-8-sig", "gb18030")


@dataclass(frozen=True)
class Registry:
    """Everything that was agreed with the agencies. `fingerprint` is SHA-256 over every file that was read."""

    sources: Mapping[str, Source]
    units: tuple[Unit, ...]
    codes: Mapping[str, CodeList]
    rules: Mapping[str, Rule]
    policies: tuple[Policy, ...]
    products: Mapping[str, Product]
    suites: Mapping[str, Mapping[str, Any]]
    linkage: Mapping[str, Any]
    divisions: Divisions
    fingerprint: str
    units_by_key: Mapping[tuple[str, str], Unit] = field(repr=False, default_factory=dict)
    schedules: Schedules = field(repr=False, default_factory=lambda: Schedules({}))
    indicators: tuple[Indicator, ...] = ()
    targets: tuple[Target, ...] = ()
    report_lines: tuple[ReportLine, ...] = ()
    answers: Answers = field(repr=False, default_factory=Answers)
    archive: Archive = field(repr=False, default_factory=Archive)
    recipients: Recipients | None = field(repr=False, default=None)

    def of_role(self, role: Role) -> tuple[Source, ...]:
        """Sources that play `role`, in name order."""
        return tuple(source for source in self.sources.values() if source.role == role)

    def unit(self, code: str, unit_code: str) -> Unit | None:
        """The sender `unit_code` of the source with file-name code `code`, or None when nobody expects it."""
        return self.units_by_key.get((code, unit_code))

    def senders(self, source: Source) -> tuple[Unit, ...]:
        """Everyone expected to report to `source`."""
        return tuple(unit for unit in self.units if unit.source == source.code)

    def townships(self) -> dict[str, str]:
        """Townships of this district: code9 -> name, in code order, as the registry of senders has them."""
        return dict(sorted({unit.township9: unit.township_name for unit in self.units}.items()))

    def health_centers(self) -> dict[str, str]:
        """Township -> the clinic that serves the whole of it; the township's own name where there is none."""
        found = self.townships()
        for source in reversed(self.of_role("service_log")):
            found |= {unit.township9: unit.name for unit in reversed(self.senders(source)) if not unit.village12}
        return found

    def source_in(self, name: str, period: Period) -> Source:
        """The source as the policy profile of `period` lets it be read: headings the profile forbids are no field's.

        Raises RegistryError when no profile, or more than one, is in force.
        """
        source, forbidden = self.sources[name], self.policy_for(period).never_read
        allowed = [
            (field, tuple(heading for heading in field.headings if heading not in forbidden)) for field in source.fields
        ]
        fields = tuple(field.model_copy(update={"headings": headings}) for field, headings in allowed if headings)
        never = (*source.never_read, *(heading for heading in forbidden if heading not in source.never_read))
        return source.model_copy(update={"fields": fields, "never_read": never})

    def policy_for(self, period: Period) -> Policy:
        """The policy profile in force in `period`. Raises RegistryError when none or several are."""
        label = str(period)
        found = [p for p in self.policies if p.valid_from <= label and (p.valid_to is None or label < p.valid_to)]
        if len(found) != 1:
            raise RegistryError(
                f"{len(found)} policy profiles are in force in {label}",
                remedy="Give the files under schemas/policies/ valid_from and valid_to that meet without a gap.",
            )
        return found[0]


class _Reader:
    """Collects problems and the fingerprint while files are read."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self._digest = hashlib.sha256()

    def text(self, path: Path, label: str = "") -> str:
        """The file's text; its bytes enter the fingerprint under its name, or under `label` wherever it lies.

        UTF-8, or GB18030 as Chinese office programs save it; anything else is a problem and an empty text.
        """
        data = path.read_bytes()
        self._digest.update(f"{label or path.parent.name}/{path.name}\0{len(data)}\0".encode() + data)
        for encoding in _ENCODINGS:
            with suppress(UnicodeDecodeError):
                return data.decode(encoding)
        self.problems.append(f"{path.name}: neither UTF-8 nor GB18030 text")
        return ""

    def model(self, kind: type[_M], where: str, data: object) -> _M | None:
        """`data` as `kind`, or None with every problem noted."""
        try:
            return kind.model_validate(data)
        except ValidationError as error:
            for problem in error.errors(include_input=False, include_url=False):
                place = ".".join(map(str, problem["loc"]))
                self.problems.append(f"{where}: {place}: {problem['msg']}")
            return None

    def yaml(self, path: Path, label: str = "") -> Any:
        """The file's YAML, or None with the problem noted."""
        try:
            return yaml.load(self.text(path, label), _YAML)  # noqa: S506  a safe loader, the quick one where it is installed
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            self.problems.append(f"{path.name}: not YAML" + (f" at line {mark.line + 1}" if mark else ""))
            return None

    def folder(self, folder: Path, kind: type[_M]) -> Iterator[_M]:
        """Every YAML file of `folder` as `kind`; the file's name is the declaration's name."""
        for path in sorted(folder.glob("*.yaml")):
            data = self.yaml(path)
            if isinstance(data, dict):
                model = self.model(kind, f"{folder.name}/{path.name}", {"name": path.stem, **data})
                if model is not None:
                    yield model

    def entries(self, path: Path, key: str, kind: type[_M]) -> tuple[_M, ...]:
        """The list `key` of a YAML file, each entry as `kind`; an absent file is an empty list."""
        data = (self.yaml(path) if path.exists() else None) or {}
        found = (self.model(kind, f"{path.name} {place}", entry) for place, entry in enumerate(data.get(key, ()), 1))
        return tuple(entry for entry in found if entry is not None)

    def optional(self, path: Path, kind: type[_M]) -> _M:
        """The file as `kind`; what `kind` is without any entry when there is no such file or it has problems."""
        model = self.model(kind, path.name, self.yaml(path)) if path.exists() else None
        return model or kind()

    def table(self, path: Path, label: str = "") -> list[dict[str, str]]:
        """A CSV file as dictionaries; an absent file is an empty table."""
        return list(csv.DictReader(io.StringIO(self.text(path, label), newline=""))) if path.exists() else []

    @property
    def fingerprint(self) -> str:
        """SHA-256 over everything read so far."""
        return self._digest.hexdigest()


def load_registry(
    schemas: Path, expectations: Path, units: Path | None = None, recipients: Path | None = None
) -> Registry:
    """Read every declaration.

    `units` replaces schemas/units.csv, so that any district of the country runs; `recipients` replaces
    schemas/recipients.yaml, so that an installation protects what leaves it as its recipients can open it.
    Raises RegistryError that lists every problem found, file by file.
    """
    reader = _Reader()
    sources = {source.name: source for source in reader.folder(schemas / "sources", Source)}
    codes = {codes.name: codes for codes in reader.folder(schemas / "codes", CodeList)}
    rules = _rules(reader, schemas / "rules.yaml")
    policies = tuple(reader.folder(schemas / "policies", Policy))
    products = {product.name: product for product in reader.folder(schemas / "products", Product)}
    senders = tuple(_units(reader, units or schemas / "units.csv"))
    suites = {path.stem: _json(reader, path) for path in sorted(expectations.glob("*.json"))}
    linkage = reader.yaml(schemas / "linkage.yaml") if (schemas / "linkage.yaml").exists() else {}
    schedules = {file.root.name: file.root for file in reader.folder(schemas / "schedules", AnySchedule)}
    indicators = reader.entries(schemas / "indicators.yaml", "indicators", Indicator)
    targets = reader.entries(schemas / "targets.yaml", "targets", Target)
    report_lines = reader.entries(schemas / "monthly_report.yaml", "lines", ReportLine)
    answers = reader.optional(schemas / "answers.yaml", Answers)
    archive = reader.optional(schemas / "archive.yaml", Archive)
    protected = _recipients(reader, recipients or schemas / "recipients.yaml")
    divisions = _divisions(reader, schemas / "divisions")
    reader.problems += problems_of_indicators(indicators, targets)
    reader.problems += problems_of_answers(answers, products.values())
    reader.problems += problems_of(schedules, codes, policies)
    _cross_check(reader, sources, codes, suites, senders)
    if reader.problems:
        raise RegistryError(
            "the declarations have problems:\n  " + "\n  ".join(reader.problems),
            remedy="Correct the files named above, then try again.",
        )
    return Registry(
        sources=sources,
        units=senders,
        codes=codes,
        rules=rules,
        policies=policies,
        products=products,
        suites=suites,
        linkage=linkage or {},
        schedules=Schedules(schedules),
        indicators=indicators,
        targets=targets,
        report_lines=report_lines,
        answers=answers,
        archive=archive,
        recipients=protected,
        divisions=divisions,
        fingerprint=reader.fingerprint,
        units_by_key={(unit.source, unit.unit_code): unit for unit in senders},
    )


def load_sources(schemas: Path) -> dict[str, Source]:
    """Only the sources: what a DAG file needs each time it is parsed. Raises RegistryError."""
    reader = _Reader()
    sources = {source.name: source for source in reader.folder(schemas / "sources", Source)}
    if reader.problems:
        raise RegistryError("\n".join(reader.problems), remedy="Correct the files under schemas/sources/.")
    return sources


def _rules(reader: _Reader, path: Path) -> dict[str, Rule]:
    entries = reader.yaml(path) or {}
    found = (reader.model(Rule, f"rules.yaml {name}", {"id": name, **entry}) for name, entry in entries.items())
    return {rule.id: rule for rule in found if rule is not None}


def _recipients(reader: _Reader, path: Path) -> Recipients | None:
    """The policy on recipients; a folder frozen before there was one has none."""
    return reader.model(Recipients, path.name, reader.yaml(path, "recipients")) if path.exists() else None


def _units(reader: _Reader, path: Path) -> Iterator[Unit]:
    """The senders of a registry as clerks keep it: columns of their own, blank lines and Excel's marks for text."""
    rows = [{(key or "").strip(): _cell(value) for key, value in row.items()} for row in reader.table(path, "units")]
    if path.exists() and not rows:
        reader.problems.append(f"{path.name}: no sender is named")
    required = [name for name, column in Unit.model_fields.items() if column.is_required()]
    lacking = [name for name in required if rows and name not in rows[0]]
    if lacking:
        reader.problems.append(f"{path.name}: there is no column {', '.join(lacking)}")
        return
    for line, row in enumerate(rows, start=2):
        known = {key: value for key, value in row.items() if key in Unit.model_fields}
        unit = reader.model(Unit, f"{path.name} line {line}", known) if any(known.values()) else None
        if unit is not None:
            yield unit


def _cell(value: object) -> str:
    """A cell without the blanks around it and the apostrophe that makes a spreadsheet take digits for text."""
    return value.strip().removeprefix("'") if isinstance(value, str) else ""


def _json(reader: _Reader, path: Path) -> dict[str, Any]:
    try:
        data: dict[str, Any] = json.loads(reader.text(path))
        return data
    except json.JSONDecodeError as error:
        reader.problems.append(f"{path.name}: not JSON at line {error.lineno}: {error.msg}")
        return {"expectations": []}


def _divisions(reader: _Reader, folder: Path) -> Divisions:
    def names(name: str) -> dict[str, str]:
        return {row["code"]: row["name"] for row in reader.table(folder / f"{name}.csv")}

    areas, local = names("areas"), names("local")
    history = reader.table(folder / "historical_codes.csv")
    # Latest first: where a name has moved between codes, an old address most likely means the last of them.
    former = sorted(history, key=lambda row: (row["last_year"] or "9999", row["code"]), reverse=True)
    return Divisions(
        provinces=names("provinces"),
        cities=names("cities"),
        areas=areas,
        townships={**names("townships"), **{code: name for code, name in local.items() if len(code) == 9}},
        villages=names("villages"),
        known_prefixes=frozenset(
            {row["code"] for row in history} | {code for code in areas if not "71" <= code[4:] <= "80"}
        ),
        former=tuple(
            (row["code"], row["name"])
            for row in former
            if areas.get(row["code"]) != row["name"] and row["code"][4:] != "00"
        ),
    )


def _cross_check(
    reader: _Reader,
    sources: Mapping[str, Source],
    codes: Mapping[str, CodeList],
    suites: Mapping[str, Mapping[str, Any]],
    units: tuple[Unit, ...],
) -> None:
    """What no single file can see: names that point at other files, codes given twice."""
    note: Callable[[str], None] = reader.problems.append
    for source in sources.values():
        where = f"sources/{source.name}.yaml"
        for item in source.fields:
            for name in (item.codes, *item.dictionaries.values()):
                if name is not None and name not in codes:
                    note(f"{where}: {item.name}: there is no schemas/codes/{name}.yaml")
        names = Counter(item.name for item in source.fields)
        for name in sorted(name for name, times in names.items() if times > 1):
            note(f"{where}: field {name} is declared twice")
        for kind, view in source.transport.views.items():
            if kind not in source.kinds:
                note(f"{where}: transport: views: {kind} is not among kinds")
            for name in sorted(view.columns.keys() - names.keys()):
                note(f"{where}: transport: views: {kind}: there is no field {name}")
        if source.name not in suites:
            note(f"{where}: there is no expectations/{source.name}.json")
    keys = Counter((unit.source, unit.unit_code) for unit in units)
    for source_code, unit_code in sorted(key for key, times in keys.items() if times > 1):
        note(f"units: {source_code} {unit_code} stands twice")
    for code in sorted({unit.source for unit in units} - {source.code for source in sources.values()}):
        note(f"units: there is no source {code}")
