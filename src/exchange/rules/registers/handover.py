"""Service handover out of the district: where somebody's services go on, and the packet that asks the place to."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from exchange.model.period import Period
from exchange.registry.divisions import Divisions

URGENT_CLASSES: Final = ("05",)
"""Pregnancy and birth: practice asks for a reply within 15 days, for all other services within 30."""

_CUT_DAY: Final = 10
_REPLY_DAYS: Final = {True: 15, False: 30}
_NO_NAMES: Final = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")


@dataclass(frozen=True)
class Destination:
    """A county outside the district, its place in words (province, city, county), and the packet sent there."""

    code6: str
    place: str
    packet_id: str


def destination(hukou_code6: str | None, home6: str, period: Period, divisions: Divisions) -> Destination | None:
    """Where the services of somebody who left the district go on: the county of the hukou.

    None when that is not known, or is this district: then the whereabouts are unknown and nobody can be written to.
    """
    name = divisions.area(hukou_code6) if hukou_code6 and hukou_code6 != home6 else None
    if not name or hukou_code6 is None:
        return None
    above = (divisions.provinces.get(hukou_code6[:2]), divisions.cities.get(hukou_code6[:4]))
    parts = [part for part in (*above, name) if part and part not in _NO_NAMES]
    return Destination(hukou_code6, "".join(dict.fromkeys(parts)), f"JX-{home6}-{hukou_code6}-{period}")


def reply_by(service_class: str, period: Period) -> date:
    """The day by which the receiving county should have answered a packet sent on the month's cut."""
    sent = period.next().start + timedelta(days=_CUT_DAY - 1)
    return sent + timedelta(days=_REPLY_DAYS[service_class in URGENT_CLASSES])
