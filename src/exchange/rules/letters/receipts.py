"""Receipts for packages: the form that goes along, what came back, and whether it is for what was sent."""

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from exchange.model.claims import Claim, Judgement

LARGEST: Final = 64 * 1024
FORMAT: Final = "exchange-receipt/1"
FOLDER: Final = "receipts"
"""Where recipients put their receipts, on their own accounts."""

_LONGEST_NAME = 40
_ENCODINGS = ("utf-8-sig", "gb18030")
_HEADINGS: Final = {
    "账户": "account",
    "包摘要": "package_sha256",
    "行数": "rows",
    "实收行数": "rows_received",
    "签收人": "signed_by",
    "签收日期": "signed_on",
}
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def receipt_form(facts: Mapping[str, Any], *, for_system: bool) -> tuple[str, bytes]:
    """Name and content of the form that goes along with a package: JSON for a system, a text file for people.

    `facts`: recipient, account, period, generation, files, rows, package_sha256.
    """
    correction = "" if facts["generation"] == 1 else f"_更正{facts['generation'] - 1}"
    name = f"签收回执_{facts['period']}{correction}"
    return (f"{name}.json", _as_json(facts)) if for_system else (f"{name}.txt", _as_text(facts))


def read_receipt(content: bytes) -> Claim | None:
    """What the form says, in whatever encoding an editor saved it; None when it is no receipt at all."""
    text = _decoded(content)
    if text is None:
        return None
    told = _from_json(text) if text.lstrip().startswith("{") else _from_lines(text)
    if told is None or not any(told.get(name) for name in ("package_sha256", "signed_by")):
        return None
    digest = (told.get("package_sha256") or "").lower()
    signer = (told.get("signed_by") or "")[:_LONGEST_NAME]
    return Claim(
        account=told.get("account") or None,
        package_sha256=digest if _SHA256.fullmatch(digest) else None,
        rows=_count(told.get("rows_received")) if told.get("rows_received") else _count(told.get("rows")),
        signed_by=signer if signer and signer.isprintable() else None,
        signed_on=_day(told.get("signed_on") or ""),
    )


def judge(claim: Claim | None, package: Mapping[str, Any] | None, account: str) -> Judgement:
    """Holds a receipt against the package it names (columns of ledger.package; None when nothing has that digest).

    `account` is where it lay; "" when a person brought it. Only `accepted` closes a package.
    """
    if claim is None:
        return Judgement("unreadable", "不是本系统的签收回执，或文件已损坏。请用随文件下发的回执填写。")
    if claim.package_sha256 is None:
        return Judgement("incomplete", "回执缺少“包摘要”或已被改动。请用随文件下发的回执重新填写。")
    if package is None:
        return Judgement(
            "unknown", "回执所列包摘要与本系统发出的任何一包都不相符：收到的可能不是原件，请核对后联系我们。"
        )
    if account not in ("", package["account"]) or claim.account not in (None, package["account"]):
        return Judgement("foreign", "回执所列的包是发给其他接收方的，不能由本账户签收。")
    if claim.signed_by is None or claim.signed_on is None:
        missing = "签收人" if claim.signed_by is None else "签收日期（如 2026-11-12）"
        return Judgement("incomplete", f"回执未填写{missing}，未登记签收。请补填后重新放入。")
    if claim.rows is not None and claim.rows != package["rows"]:
        return Judgement(
            "mismatch", f"实收 {claim.rows} 行，发出 {package['rows']} 行，未登记签收。请核对，或要求重发。"
        )
    if package["received_at"] is not None:
        return Judgement("repeated", "该包已登记签收，本回执只存档。")
    return Judgement("accepted", "已登记签收。")


def _as_text(facts: Mapping[str, Any]) -> bytes:
    # Notepad shows it as it is; three lines are to be filled in.
    lines = [
        "流动人口信息通报签收回执",
        "",
        f"请核对文件后填写最后三行，保存，放入本账户的 {FOLDER} 文件夹；其他各行请勿改动。",
        "",
        f"接收单位：{facts['recipient']}",
        f"账户：{facts['account']}",
        f"统计月份：{facts['period']}",
        f"版次：{facts['generation']}",
        f"文件数：{facts['files']}",
        f"行数：{facts['rows']}",
        f"包摘要：{facts['package_sha256']}",
        "",
        "实收行数：",
        "签收人：",
        "签收日期：",
        "",
    ]
    return "\r\n".join(lines).encode("utf-8-sig")


def _as_json(facts: Mapping[str, Any]) -> bytes:
    form = {"format": FORMAT, **facts, "signed_by": "", "signed_on": ""}
    return json.dumps(form, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"


def _decoded(content: bytes) -> str | None:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = _ENCODINGS
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _from_json(text: str) -> dict[str, str] | None:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict):
        return None
    return {str(key): str(value).strip() for key, value in told.items() if isinstance(value, str | int)}


def _from_lines(text: str) -> dict[str, str]:
    told: dict[str, str] = {}
    for line in unicodedata.normalize("NFKC", text).splitlines():
        heading, colon, value = line.partition(":")
        name = _HEADINGS.get("".join(heading.split()))
        if colon and name is not None:
            told.setdefault(name, value.strip())
    return told


def _count(text: str | None) -> int | None:
    digits = re.fullmatch(r"\d{1,12}", (text or "").removesuffix("行").strip())
    return int(digits[0]) if digits else None


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text.strip())
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None
