"""What a published month says, as files for evaluation and audit; every export leaves an audit row."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Literal

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from sqlalchemy.engine import Connection

from exchange.model.errors import PeriodOrder, RegistryError
from exchange.model.period import Period
from exchange.services.bundle import Services

What = Literal["links", "dispositions", "lists", "figures", "events"]
_FLOWS: Final = ("opening", "new", "late_reg", "move_in", "return", "out", "move_out", "cancel", "closing")
_GROUPS: Final = ("migrant", "migrant_unregistered", "hukou", "memo", "unknown", "total")
_DISTRICT: Final = "district"


def export_to(services: Services, what: What, period: Period, to: Path, *, actor: str, why: str) -> int:
    """Write one export to `to` (.parquet, .csv or .json by suffix; figures are JSON) and audit who took what and why.

    The file appears whole or not at all, and only after its audit row is committed: no copy without a trace.
    Returns the number of rows (figures: of places). Raises PeriodOrder for a month that is open and
    RegistryError for a suffix that does not fit.
    """
    make = _EXPORTS.get(what)
    if make is None or to.suffix not in ((".json",) if what == "figures" else (".parquet", ".csv", ".json")):
        raise RegistryError(
            f"{what} cannot be written as {to.suffix or 'a file without suffix'}",
            remedy="Use .parquet or .csv for links, dispositions, lists and events, and .json for figures.",
        )
    if services.ledger.closed(period) is None:
        raise PeriodOrder(f"{period} is not published, or reopened", remedy=f"Run `exchange run {period}` first.")
    part = to.with_name(f".{to.name}.part")
    to.parent.mkdir(parents=True, exist_ok=True)
    part.touch(mode=0o600)
    try:
        with services.warehouse.transaction() as conn:
            result = make(services, conn, period)
            rows = len(result["townships"]) + 1 if isinstance(result, dict) else len(result)
            _write(result, part, to.suffix)
            services.ledger.append_audit(conn, actor, "export", f"{what} {period}", why, {"rows": rows})
        part.replace(to)
    finally:
        part.unlink(missing_ok=True)
    return rows


def export_links(services: Services, conn: Connection, period: Period) -> pd.DataFrame:
    """file, sheet, row, person_id of every accepted row of the months so far."""
    return services.warehouse.query(conn, "export/links", {"period": str(period)})


def export_dispositions(services: Services, conn: Connection, period: Period) -> pd.DataFrame:
    """file, sheet, row, disposition, rule (ids joined by `;`) of every data row so far."""
    return services.warehouse.query(conn, "export/dispositions", {"period": str(period)})


def export_events(services: Services, conn: Connection, period: Period) -> pd.DataFrame:
    """event_id, period, kind, person_id, other_id, why: what became of persons' ids in the months so far.

    Whoever keeps ids of ours follows this: `merge` and `split` name both persons, an `event_id` never changes.
    """
    return services.warehouse.query(conn, "export/events", {"period": str(period)})


def export_lists(services: Services, conn: Connection, period: Period) -> pd.DataFrame:
    """period, list, township9, id_no: everybody on the lists of the months so far, with the number opened.

    `id_no` is the resident number, else the birth certificate's, else empty.
    """
    found = services.warehouse.query(conn, "export/lists", {"period": str(period)})
    numbers = ["" if cipher is None else services.vault.open(cipher) for cipher in _objects(found["id_cipher"])]
    return found[["period", "list", "township9"]].assign(id_no=numbers)


def export_figures(services: Services, conn: Connection, period: Period) -> dict[str, Any]:
    """The month's figures: the district as a whole, and every township."""
    bound = {"period": str(period)}
    balances = services.warehouse.query(conn, "export/balances", bound)
    figures = services.warehouse.query(conn, "export/figures", bound)
    services_made = services.warehouse.query(conn, "export/services", bound)
    places = {place: _place(place, balances, figures) for place in balances["township9"].drop_duplicates()}
    district = places.pop(_DISTRICT)
    district["services"] = _services(services_made)
    return {"period": str(period), "as_of": period.last_day.isoformat(), "district": district, "townships": places}


def _place(place: str, balances: pd.DataFrame, figures: pd.DataFrame) -> dict[str, Any]:
    told: dict[str, Any] = {"kpi": {}}
    for line in balances[balances["township9"] == place].to_dict("records"):
        told[f"population_{line['scope_group']}"] = {name: int(line[name]) for name in _FLOWS}
    for line in figures[figures["township9"] == place].to_dict("records"):
        if line["grouping"]:
            told.setdefault(str(line["name"]), {})[str(line["grouping"])] = int(line["numerator"])
        else:
            told["kpi"][str(line["name"])] = [int(line["numerator"]), int(line["denominator"])]
    return told


def _services(lines: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Service counts by class and by item; an item's code begins with its class and never equals one."""
    return {
        str(line["service_item"] or line["service_class"]): {name: int(line[name]) for name in _GROUPS}
        for line in lines.to_dict("records")
        if line["service_class"]
    }


def _write(result: pd.DataFrame | dict[str, Any], path: Path, suffix: str) -> None:
    if isinstance(result, dict):
        path.write_text(json.dumps(result, ensure_ascii=False, indent=1), encoding="utf-8")
        return
    # Without pandas' own notes on types, every reader gets plain columns.
    table = pa.Table.from_pandas(result, preserve_index=False).replace_schema_metadata(None)
    if suffix == ".parquet":
        pq.write_table(table, path)
    elif suffix == ".csv":
        pa_csv.write_csv(table, path)
    else:
        path.write_text(json.dumps(result.to_dict("records"), ensure_ascii=False, indent=1), encoding="utf-8")


def _objects(column: pd.Series) -> list[bytes | None]:
    return [None if pd.isna(value) else value for value in column]


_EXPORTS: Mapping[str, Callable[[Services, Connection, Period], pd.DataFrame | dict[str, Any]]] = {
    "links": export_links,
    "dispositions": export_dispositions,
    "lists": export_lists,
    "figures": export_figures,
    "events": export_events,
}
