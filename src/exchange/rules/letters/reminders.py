"""Reminders: which packages nobody has signed for, and what their recipients are told."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from exchange.registry.spec_recipients import ReceiptTerms

REMINDERS: Final = "reminders"
REPLIES: Final = "replies"
"""Folders of a recipient's account."""

_ZONE = ZoneInfo("Asia/Shanghai")


def is_due(package: Mapping[str, Any], terms: ReceiptTerms, at: datetime) -> bool:
    """Whether a reminder is due at `at` for a package that was uploaded (columns of ledger.package)."""
    if not package["awaits_receipt"] or package["received_at"] is not None or package["sent_at"] is None:
        return False
    sent = int(package["reminders"])
    wait = timedelta(days=terms.remind_after_days + sent * terms.remind_every_days)
    return sent < terms.remind_at_most and at >= package["sent_at"] + wait


def reminder_name(package: Mapping[str, Any]) -> str:
    """The letter's file name; it counts the reminders, so none replaces another."""
    correction = "" if package["generation"] == 1 else f"_更正{package['generation'] - 1}"
    return f"签收催办_{package['period']}{correction}_第{int(package['reminders']) + 1}次.txt"


def reminder_text(package: Mapping[str, Any], names: Sequence[str]) -> bytes:
    """The letter: what was sent, what is missing, what to do."""
    lines = [
        f"{package['recipient']}：",
        "",
        f"{package['period']} 的流动人口信息通报（第{package['generation']}版，{package['files']} 个文件，"
        f"{package['rows']} 行）已于 {_local(package['sent_at'])} 放入账户 {package['account']} 的 "
        f"{package['folder']} 文件夹，至今未收到签收回执。",
        "",
        "请核对下列文件，填写同一文件夹中的“签收回执”，保存后放入本账户的 receipts 文件夹：",
        *(f"  {name}" for name in names),
        "",
        "没有收到、打不开或内容不符的，请直接联系数据管理人员重发。",
        "",
    ]
    return "\r\n".join(lines).encode("utf-8-sig")


def reply_name(digest: str) -> str:
    """File name of the answer to the receipt with that SHA-256."""
    return f"回执答复_{digest[:8]}.txt"


def reply_text(name: str, message: str) -> bytes:
    """The answer to a receipt that closed nothing."""
    lines = [f"您放入的回执文件“{name}”未能登记：", "", message, ""]
    return "\r\n".join(lines).encode("utf-8-sig")


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(_ZONE):%Y-%m-%d}"
