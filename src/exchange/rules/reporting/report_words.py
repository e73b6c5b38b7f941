"""Words and names of the report: states, fates and formats in Chinese, and names that are safe to print."""

import re

DISPOSITION_WORDS = {
    "accept": "接受",
    "warn": "提示",
    "quarantine": "搁置",
    "ignore": "忽略",
    "file_rejected": "整表退回",
    "superseded": "被替代",
}
"""What becomes of a data row, in the order the page shows it; together they are all data rows."""

STATUS_WORDS = {
    "received": "已接收",
    "unchanged": "已接收",
    "duplicate": "重复报送",
    "partial": "未收全",
    "rejected": "整表退回",
    "superseded": "已被新版替代",
    "held": "暂存待定",
}
STATUS_TONES = {"received": "good", "unchanged": "good", "rejected": "bad", "partial": "warn", "held": "warn"}
CONTAINERS = {
    "xlsx": "Excel 工作簿",
    "xls": "Excel 97 工作簿",
    "html": "网页表格",
    "csv": "CSV 文本",
    "tsv": "TSV 文本",
}
ENCODINGS = {"utf-8-sig": "UTF-8（BOM）"}
REPORTED, ZERO, MISSING, REJECTED, PARTIAL, HELD = "已报", "零报告", "缺报", "退回未重报", "未收全", "暂存待定"
STATES = (REPORTED, ZERO, MISSING, REJECTED, PARTIAL, HELD)
STATE_TONES = {REPORTED: "good", ZERO: "plain", MISSING: "bad", REJECTED: "bad", PARTIAL: "warn", HELD: "warn"}
STAGES = {
    "land": "收件",
    "read": "读取",
    "validate": "核验",
    "resolve": "身份核对",
    "publish": "发布",
    "notify": "通报",
}
"""What the stages are called where an auditor reads."""

FIGURES = {
    "opening": "流动人口月初数",
    "new": "新增",
    "late_reg": "补登",
    "move_in": "区内移入",
    "return": "返回",
    "out": "流出",
    "move_out": "区内移出",
    "cancel": "注销",
    "closing": "流动人口月末数",
    "inflow": "流入名单（条）",
    "outflow": "流出名单（条）",
    "pregnant": "孕产妇名单（条）",
    "births": "出生名单（条）",
    "children_0_6": "0–6 岁儿童名单（条）",
    "missed": "漏管待核实名单（条）",
    "missed_may": "疑似漏管名单（条）",
    "served": "已服务名单（条）",
}
"""Figures of the whole district that two publications are compared by."""

_LONG_DIGITS = re.compile(r"\d{12,}[0-9Xx]?")


def safe(text: str) -> str:
    """A name or message with any run of digits as long as an identity number blotted out but for its ends."""
    return _LONG_DIGITS.sub(lambda found: found[0] if len(found[0]) <= 12 else f"{found[0][:3]}…{found[0][-1]}", text)
