"""A fourth agency that offers database views is data alone: declared, landed, read, judged, and its senders told."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from exchange.model.period import Period
from exchange.model.run import Receipt
from exchange.registry.load import Registry, load_registry
from exchange.services import postgres
from exchange.services.bundle import Services, open_services
from exchange.services.settings import Settings
from exchange.stages.land import land_delivery
from exchange.stages.read import read_delivery
from exchange.stages.validate import validate_rows
from tests.conftest import PROJECT
from tests.stages.months import UNITS, run_of
from tests.support.agency_database import UNITS as SENDERS
from tests.support.agency_database import Agency, agency_of

OCTOBER, NOVEMBER = Period(2026, 10), Period(2026, 11)
DECLARED = """
code: CV
role: records
agency: 某局
title: 救助登记
transport:
  kind: database
  account: civil
  folder: civil
  secret: civil
  views:
    delta:
      view: office.monthly
      unit: station
      month: entered
      key: [case_no]
      columns: {name: full_name, id_number: id_no, birth_date: born}
kinds: [delta]
event_key: [entered]
precedence: 4
fields:
  - {name: name, title: 姓名, headings: [姓名], type: name, required: true, personal: true}
  - {name: id_number, title: 证件号码, headings: [证件号码], type: id_number, required: true, personal: true}
  - {name: birth_date, title: 出生日期, headings: [出生日期], type: birth, personal: true}
  - {name: entered, title: 登记时间, headings: [登记时间], type: date}
  - {name: phone, title: 电话, headings: [电话], type: phone, personal: true}
never_read: [wage]
"""
SUITE = {
    "name": "civil",
    "expectations": [
        {
            "type": "expect_column_values_to_not_be_in_set",
            "kwargs": {"column": "id_number__outcome", "value_set": ["bad_checksum"]},
            "meta": {"rule": "R05", "field": "id_number"},
            "severity": "critical",
        }
    ],
}


@dataclass
class Office:
    services: Services
    registry: Registry
    agency: Agency

    def month(self, period: Period = OCTOBER, *, final: bool = True) -> list[Receipt]:
        run = replace(run_of(period), subject="civil", final=final)
        receipts = []
        for stage in (land_delivery, read_delivery, validate_rows):
            receipts.append(stage(run, self.registry, self.services))
            self.services.ledger.record_receipt(run, receipts[-1])
        return receipts


@pytest.fixture
def office(server: postgres.Server, settings: Settings, tmp_path: Path) -> Iterator[Office]:
    for name in ("schemas", "expectations"):
        shutil.copytree(PROJECT / name, tmp_path / name)
    (tmp_path / "schemas" / "sources" / "civil.yaml").write_text(DECLARED, encoding="utf-8")
    (tmp_path / "expectations" / "civil.json").write_text(json.dumps(SUITE), encoding="utf-8")
    senders = "".join(f"{code},CV,某科,{code},某街道,,office,,label,,residence\n" for code in SENDERS)
    (tmp_path / "units.csv").write_text(UNITS + senders, encoding="utf-8")
    registry = load_registry(tmp_path / "schemas", tmp_path / "expectations", tmp_path / "units.csv")
    with (
        agency_of(server, "civil_affairs") as agency,
        open_services(replace(settings, secrets={"civil": agency.address})) as services,
    ):
        yield Office(services, registry, agency)


def test_views_are_landed_read_and_judged_like_files(office: Office) -> None:
    office.agency.opens_case(1)
    office.agency.opens_case(2, id_no="37030619900101002X")
    office.agency.opens_case(3, SENDERS[1], full_name="张三\n李四")
    landed, read, judged = office.month()
    assert (landed.rows_in, landed.rows_out) == (2, 2)
    assert (read.rows_in, read.rows_out, read.rows_aside) == (7, 3, 4)
    assert (judged.rows_in, judged.rows_out, judged.rows_aside) == (3, 2, 1)
    rows = office.services.lake.read(f"accepted/civil/{OCTOBER}", judged.fingerprint, "rows")
    assert list(rows["unit_code"]) == [SENDERS[0], SENDERS[0], SENDERS[1]]
    assert list(rows["disposition"]) == ["accept", "quarantine", "accept"]
    assert set(rows["entered"].dt.date.astype(str)) == {"2026-10-05"}
    assert list(rows["row"]) == [3, 4, 3]
    assert "wage" not in rows


def test_a_month_that_is_run_again_changes_nothing_and_a_later_change_waits(office: Office) -> None:
    office.agency.opens_case(1)
    first = office.month()
    ids = office.services.lake.read(f"accepted/civil/{OCTOBER}", first[2].fingerprint, "rows")["row_id"]
    again = office.month()
    assert [receipt.outcome for receipt in again] == ["unchanged"] * 3
    assert [receipt.fingerprint for receipt in again] == [receipt.fingerprint for receipt in first]
    office.agency.opens_case(2)
    office.month()
    held = office.services.deliveries.held("civil")
    assert [(row["version"], row["status"], row["rule"]) for row in held] == [(2, "held", "L04")]
    later = office.month(NOVEMBER)
    rows = office.services.lake.read(f"accepted/civil/{NOVEMBER}", later[2].fingerprint, "rows")
    assert (list(rows["is_late"]), list(rows["row_id"].isin(ids))) == ([True, True], [False, False])


def test_a_draft_takes_what_the_agency_has_now_and_the_last_state_counts(office: Office) -> None:
    office.agency.opens_case(1)
    office.month(final=False)
    office.agency.does("update office.case_file set phone = '13900139000'")
    office.month(final=False)
    office.agency.does("update office.case_file set phone = '13800138000'")
    *_, judged = office.month()
    rows = office.services.lake.read(f"accepted/civil/{OCTOBER}", judged.fingerprint, "rows")
    assert list(rows["disposition"]) == ["superseded", "superseded", "accept"]
    assert list(rows["phone"]) == ["13800138000", "13900139000", "13800138000"]
