"""What a sender is told where other agencies say otherwise: a line to check by, never the other's value."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

from exchange.registry.spec import Source

_TITLES: Final = {"sex": "性别", "birth_date": "出生日期"}
_SHOWN: Final = 20


def disagreement_remarks(source: Source, rows: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """One line per attribute: how many rows of the sender disagree with other agencies, and where they stand.

    `rows`: field, file, sheet, row. For information: nothing of the sender's is changed, and nothing is set aside.
    """
    places: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        sheet = f"“{row['sheet']}”" if row["sheet"] else ""
        places[str(row["field"])].append(f"{str(row['file']).rpartition('/')[2]}{sheet}第{row['row']}行")
    lines = []
    for field, found in sorted(places.items()):
        declared = source.field(field)
        title = declared.title if declared else _TITLES.get(field, field)
        more = f"等{len(found)}处" if len(found) > _SHOWN else ""
        lines.append(
            f"有异议：{title}与其他部门的记载不一致（{len(found)}处），请核对登记底册：{'、'.join(found[:_SHOWN])}{more}。"
            "属实的无需改动；确有误的请在下次报送时更正。系统不改动贵单位的数据。"
        )
    return tuple(lines)
