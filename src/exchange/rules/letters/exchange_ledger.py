"""The ledger of notifications (信息通报台账): one row per file received or sent, as an office keeps it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from exchange.registry.load import Registry
from exchange.rules.letters.workbooks import Letterhead

DIGEST_CHARACTERS: Final = 8
WAY: Final = "平台"
_STATES: Final = {
    "received": "已入库",
    "partial": "部分入库，问题行已反馈",
    "rejected": "整表退回，已反馈",
    "duplicate": "与已收文件相同",
    "superseded": "已被新版替换",
    "held": "待下月处理",
    "unchanged": "与上次相同",
}


def ledger_rows(
    files: Iterable[Mapping[str, Any]],
    letters: Iterable[Mapping[str, Any]],
    township9: str,
    registry: Registry,
    head: Letterhead,
) -> list[dict[str, Any]]:
    """Rows of a township's ledger, or of everybody's when `township9` is empty; by month, then received before sent."""
    letters = list(letters)
    answered = {
        (letter["period"], letter["township9"], letter["unit_code"]): letter["day"]
        for letter in letters
        if letter["unit_code"]
    }
    came = _received(files, answered, township9, registry, head)
    went = _sent(letters, township9, registry, head)
    return sorted([*came, *went], key=lambda row: (row["order"], row["file"]))


def _received(
    files: Iterable[Mapping[str, Any]],
    answered: Mapping[Any, Any],
    township9: str,
    registry: Registry,
    head: Letterhead,
) -> Iterator[dict[str, Any]]:
    for file in files:
        source = registry.sources[file["source"]]
        unit = registry.unit(source.code, file["unit_code"] or "")
        place = unit.township9 if unit else ""
        if township9 and place != township9:
            continue
        office = f"{head.district}{registry.townships().get(place, '')}{head.office}"
        yield {
            "order": (file["period"], 0, 0),
            "day": file["day"],
            "sender": unit.name if unit else f"{source.agency}（未识别单位）",
            "receiver": office,
            "way": WAY,
            "month": file["file_period"] or file["period"],
            "subject": source.title,
            "rows": int(file["rows"]),
            "file": str(file["path"]).rpartition("/")[2],
            "digest": file["sha256"][:DIGEST_CHARACTERS],
            "received_by": None,
            "received_on": file["day"],
            "answered_on": answered.get((file["period"], place, file["unit_code"])),
            "answered": _STATES.get(file["status"], ""),
            "note": "迟报，计入" + file["period"] if file["is_late"] else "",
        }


def _signed(letter: Mapping[str, Any]) -> str:
    if letter["received_on"]:
        return "已签收"
    return f"未签收，已催办{letter['reminders']}次" if letter["reminders"] else ""


def _sent(
    letters: Iterable[Mapping[str, Any]], township9: str, registry: Registry, head: Letterhead
) -> Iterator[dict[str, Any]]:
    for letter in letters:
        if township9 and letter["township9"] != township9:
            continue
        product = registry.products.get(letter["product"])
        correction = f"更正{letter['generation'] - 1}" if letter["generation"] > 1 else ""
        yield {
            "order": (letter["period"], 1, letter["generation"]),
            "day": letter["day"],
            "sender": f"{head.district}信息交换平台",
            "receiver": letter["recipient"],
            "way": WAY,
            "month": letter["period"],
            "subject": product.title if product else letter["product"],
            "rows": int(letter["rows"]),
            "file": str(letter["path"]).rpartition("/")[2],
            "digest": letter["sha256"][:DIGEST_CHARACTERS],
            "received_by": letter["signed_by"],
            "received_on": letter["received_on"],
            "answered_on": None,
            "answered": _signed(letter),
            "note": correction,
        }
