"""A letter to another county: who asks, how many people with which services, until when an answer is hoped for."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from exchange.rules.registers.handover import URGENT_CLASSES

URGENT_DAYS: Final = 15
OTHER_DAYS: Final = 30


def packet_rows(packet_id: str, place: str, entries: Sequence[Mapping[str, Any]], sender: str) -> list[dict[str, Any]]:
    """Lines of the letter's first sheet: `item` and `text`."""
    people = {str(entry["person_id"]) for entry in entries}
    urgent = {str(entry["person_id"]) for entry in entries if entry["service_class"] in URGENT_CLASSES}
    days = sorted({date.fromisoformat(str(entry["reply_by"])) for entry in entries})
    asked = "、".join(f"{day:%Y-%m-%d}" for day in days)
    return [
        {"item": "函件编号", "text": packet_id},
        {"item": "发函", "text": sender},
        {"item": "收函", "text": f"{place}卫生健康部门"},
        {"item": "事由", "text": "下列人员已离开本区，户籍地在贵地，尚有未完成的基本公共卫生服务，请协助接续。"},
        {"item": "人数", "text": f"{len(people)}人，{len(entries)}项服务；其中现孕、产后{len(urgent)}人"},
        {"item": "回复期限", "text": f"{asked}（现孕、产后{URGENT_DAYS}日，其他{OTHER_DAYS}日）"},
        {"item": "本人去向", "text": "以户籍地推定；未到贵地的请填“未到”，由我区继续联系"},
        {"item": "回执", "text": "接收单位：　　　　　　　　接收人数：　　　　　　　　未到人数："},
    ]
