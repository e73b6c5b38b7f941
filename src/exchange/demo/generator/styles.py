"""How each office keeps its file: container, decoration, spelling of dates and codes, columns left out."""

from dataclasses import dataclass, replace
from typing import Literal

Container = Literal["gb18030", "utf16", "utf8", "xlsx", "html"]
DateForm = Literal["real", "dash", "slash", "dot", "compact", "chinese"]
CodeForm = Literal["word", "pair", "code"]

EXTENSIONS: dict[str, str] = {"gb18030": "csv", "utf16": "csv", "utf8": "csv", "xlsx": "xlsx", "html": "xls"}


@dataclass(frozen=True)
class Style:
    """One office's habits. `heading` picks the spelling of every heading.

    `titled`: title and second line; `levels`: two-level header over merged cells; `blocks`: a line per village,
    numbering restarts; `page`: the header comes again after so many rows; `totals`: total, blank and signature rows;
    `sheets`: everything on one, a sheet per class of service, or last month's sheet left in the workbook.
    """

    container: Container
    date_form: DateForm = "dash"
    code_form: CodeForm = "word"
    heading: int = 0
    omit: frozenset[str] = frozenset()
    titled: bool = False
    levels: bool = False
    blocks: bool = False
    subtotals: bool = False
    page: int = 0
    totals: bool = False
    sheets: Literal["one", "classes", "stale"] = "one"
    dictionary: bool = False
    hidden_row: bool = False
    tabbed_numbers: bool = False
    manifest: bool = False
    reasons: str = "label"
    sexes: str = ""

    @property
    def extension(self) -> str:
        """What the file is called, which is not always what it is."""
        return EXTENSIONS[self.container]


def _without(*keys: str) -> frozenset[str]:
    return frozenset(keys)


_PLAIN = Style("xlsx", date_form="real")
_DRESSED = Style("xlsx", titled=True, totals=True)

_POLICE = (
    replace(_DRESSED, levels=True, blocks=True, page=12, date_form="slash", heading=1, manifest=True),
    Style("gb18030", date_form="slash", heading=2, omit=_without("op"), manifest=True),
    replace(_PLAIN, sheets="stale", code_form="pair", reasons="gb31000", heading=0, hidden_row=True),
    Style("utf16", date_form="compact", heading=1, omit=_without("head", "politics")),
    replace(_PLAIN, dictionary=True, code_form="pair", reasons="zzsy", heading=3, manifest=True),
    Style("html", titled=True, totals=True, date_form="dot", heading=2, omit=_without("op", "clerk")),
    Style("utf8", tabbed_numbers=True, date_form="dash", reasons="dic3", code_form="code", sexes="1男0女", heading=0),
    replace(_DRESSED, date_form="chinese", heading=2, omit=_without("landlord", "home_code")),
    Style("gb18030", titled=True, totals=True, date_form="dash", heading=0, reasons="zzsy", code_form="pair"),
    replace(_PLAIN, heading=1, omit=_without("op", "permit"), date_form="dot"),
)
_MATRIX = _without("insurance", "age")
_LIST = _without("insurance_old_age", "insurance_medical", "insurance_injury", "insurance_jobless")
_LABOUR = (
    replace(_DRESSED, levels=True, date_form="dash", omit=_MATRIX, page=40, manifest=True),
    Style("gb18030", date_form="slash", heading=1, omit=_LIST | {"age"}),
    replace(_PLAIN, heading=2, omit=_LIST | {"birth_month"}, dictionary=True),
    Style("html", titled=True, totals=True, date_form="chinese", omit=_LIST | {"age"}, heading=1),
    replace(_DRESSED, blocks=True, subtotals=True, date_form="dot", heading=3, omit=_LIST | {"age", "family"}),
    Style("utf8", date_form="slash", heading=0, omit=_LIST | {"age", "card", "bank"}, manifest=True),
    Style("utf16", date_form="compact", heading=2, omit=_LIST | {"age"}),
    replace(_DRESSED, date_form="chinese", heading=1, omit=_LIST | {"birth_month", "industry"}),
    replace(_PLAIN, sheets="stale", heading=0, omit=_LIST | {"age"}, manifest=True),
    Style("gb18030", titled=True, totals=True, date_form="dash", heading=3, omit=_LIST | {"age", "wage"}),
)
_HOSPITAL = (
    replace(_DRESSED, sheets="classes", code_form="pair", date_form="dash", manifest=True),
    Style("gb18030", code_form="code", date_form="slash", heading=1),
    replace(_PLAIN, code_form="word", heading=0, dictionary=True),
    Style("utf16", code_form="pair", date_form="compact", heading=1),
    replace(_DRESSED, levels=False, page=25, code_form="pair", date_form="slash", heading=2, manifest=True),
    Style("html", titled=True, totals=True, code_form="word", date_form="dot", heading=0),
    replace(_PLAIN, sheets="classes", code_form="code", heading=1),
    Style("utf8", tabbed_numbers=True, code_form="pair", date_form="dash", heading=0, manifest=True),
    replace(_DRESSED, sheets="stale", code_form="word", date_form="chinese", heading=2),
    Style("gb18030", titled=True, code_form="word", date_form="dash", heading=0),
)
_HUTS = (
    replace(_DRESSED, code_form="word", date_form="dot"),
    Style("gb18030", code_form="pair", date_form="dash", heading=1),
    Style("html", titled=True, code_form="word", date_form="slash", heading=1),
    replace(_PLAIN, code_form="pair", heading=2),
)
STYLES: dict[str, tuple[Style, ...]] = {
    "police_station": _POLICE,
    "labour_office": _LABOUR,
    "township_clinic": _HOSPITAL,
    "village_clinic": _HUTS,
}
"""Habits by kind of office; the n-th office of a kind has the n-th style, over and over."""
