"""Reminders: which packages nobody has signed for, which packets no county answered, and what is said of them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from exchange.registry.spec_recipients import ReceiptTerms

REMINDERS: Final = "reminders"
REPLIES: Final = "replies"
"""Folders of a recipient's account."""

SIGNING: Final = "签收催办"
ANSWERING: Final = "接续催办"
"""What a reminder asks for."""

_ZONE = ZoneInfo("Asia/Shanghai")


def is_due(package: Mapping[str, Any], terms: ReceiptTerms, at: datetime) -> bool:
    """Whether a reminder is due at `at` for a package that was uploaded (columns of ledger.package)."""
    if not package["awaits_receipt"] or package["received_at"] is not None or package["sent_at"] is None:
        return False
    sent = int(package["reminders"])
    wait = timedelta(days=terms.remind_after_days + sent * terms.remind_every_days)
    return sent < terms.remind_at_most and at >= package["sent_at"] + wait


def is_late(packet: Mapping[str, Any], terms: ReceiptTerms, at: datetime) -> bool:
    """Whether a reminder is due at `at` for a packet with a `reply_by`, `reminded` so often of it."""
    wait = timedelta(days=int(packet["reminded"]) * terms.remind_every_days)
    return int(packet["reminded"]) < terms.remind_at_most and day_of(at) > packet["reply_by"] + wait


def day_of(moment: datetime) -> date:
    """The day it is then in Shanghai."""
    return moment.astimezone(_ZONE).date()


def reminder_name(package: Mapping[str, Any], what: str = SIGNING) -> str:
    """The letter's file name; it counts the reminders, so none replaces another."""
    correction = "" if package["generation"] == 1 else f"_更正{package['generation'] - 1}"
    return f"{what}_{package['period']}{correction}_第{int(package['reminders']) + 1}次.txt"


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


def packets_text(packets: Sequence[Mapping[str, Any]]) -> bytes:
    """The letter about packets of one package: which county has not answered for how many, since when."""
    lines = [
        f"{packets[0]['recipient']}：",
        "",
        f"{packets[0]['period']} 的下列服务接续函已过回复期限，至今没有导入对方的接收结果，请向对方卫生健康部门催办：",
        *(
            f"  {packet['packet_id']}　{packet['to_place']}　应于 {packet['reply_by']:%Y-%m-%d} 前回复　"
            f"{packet['people']}人{packet['services']}项　{str(packet['path']).rpartition('/')[2]}"
            for packet in packets
        ),
        "",
        "对方退回的文件请交数据管理人员导入；对方未收到的，可申请重发原文件。",
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
    return f"{day_of(moment):%Y-%m-%d}"
