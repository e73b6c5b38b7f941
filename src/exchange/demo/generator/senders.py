"""The offices that report every month: who they are and how they keep their files."""

import csv
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from exchange.demo.generator.places import Places
from exchange.demo.generator.styles import STYLES, Style

COLUMNS = ("unit_code", "source", "name", "township9", "township_name", "village12", "kind", "sends", "reason_dict",
           "sex_dict", "township_means")  # fmt: skip


@dataclass(frozen=True)
class Sender:
    """One office: `code` is unique within its agency, `ordinal` counts the offices of its kind."""

    code: str
    agency: str
    name: str
    township9: str
    township_name: str
    village12: str
    kind: str
    ordinal: int
    style: Style

    def row(self) -> tuple[str, ...]:
        """The office in the registry of senders, in the order of COLUMNS."""
        sends = {"police_station": "full first month, then delta", "labour_office": "full"}.get(self.kind, "events")
        means = "employer" if self.kind == "labour_office" else "residence"
        reasons = self.style.reasons if self.kind == "police_station" else ""
        return (self.code, self.agency, self.name, self.township9, self.township_name, self.village12, self.kind, sends,
                reasons, self.style.sexes, means)  # fmt: skip


def senders(places: Places, agencies: dict[str, Any]) -> list[Sender]:
    """Every office of the district: a station, a labour office and a clinic per township, two village clinics each."""
    result: list[Sender] = []
    kinds = {"PS": "police_station", "HR": "labour_office", "PH": "township_clinic"}
    for agency, kind in kinds.items():
        declared = agencies[agency]
        for ordinal, (code, township) in enumerate(places.townships.items()):
            street = township.removesuffix("街道")
            pattern = declared.get("street_name") if street != township else None
            name = (pattern or declared["unit_name"]).format(township=township, street=street)
            result.append(_sender(code, agency, name, (code, township), "", kind, ordinal))
    huts = [village for villages in places.clinic_villages.values() for village in villages]
    for ordinal, village in enumerate(huts):
        name = agencies["PH"]["village_name"].format(village=village.short)
        town = (village.township9, village.township)
        result.append(_sender(village.code, "PH", name, town, village.code, "village_clinic", ordinal))
    return result


def _sender(
    code: str, agency: str, name: str, town: tuple[str, str], village12: str, kind: str, ordinal: int
) -> Sender:
    styles = STYLES[kind]
    style = styles[ordinal % len(styles)]
    if kind == "village_clinic":
        style = replace(style, manifest=ordinal % 7 == 2)
    return Sender(code, agency, name, *town, village12, kind, ordinal, style)


def write_registry(path: Path, offices: list[Sender]) -> None:
    """The registry of senders as the product reads it (CSV, UTF-8)."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(office.row() for office in offices)
