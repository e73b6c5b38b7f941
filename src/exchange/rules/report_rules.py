"""How often each rule was met in a month, in the order of the catalogue."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from exchange.registry.load import Registry

SEVERITIES = {
    "F": ("整表退回", "bad"),
    "R": ("退回更正", "bad"),
    "M": ("人工核实", "warn"),
    "W": ("收下提示", "mild"),
    "I": ("仅供参考", "plain"),
    "L": ("收件处理", "plain"),
}
"""Severity -> what it means for the row or file, and the tone it is printed in."""


_INTAKE = {
    "L01": ("清单与文件不符", "报送清单与文件不符，未处理", "请核对后重新上传文件和清单"),
    "L02": ("文件未收全", "文件仍在写入或未能完整读取", "上传完成后下次自动读取，不必另报"),
    "L03": ("版本号重复", "同名或同版本号的文件内容不同，未采用", "请以新版本号重报其中正确的一个"),
    "L04": ("截止后收到", "本月数据已截止，随下一个月办理", "请于每月10日前报送"),
    "L05": ("已被新版替代", "同一单位本月另有更高版本，以新版为准", "无需处理"),
    "L06": ("旧版后到", "更高版本已经采用，旧版不再计入", "如需更正请以更高版本号重报"),
    "L07": ("同名重报", "同名文件已重新报送，以重报的为准", "无需处理"),
}
"""What the intake decides about whole files (rules.deliveries), in words for the page."""


class RuleFinding(Protocol):
    """Rows of a source in which a rule was found."""

    @property
    def source(self) -> str:
        """The source's name."""

    @property
    def rule(self) -> str:
        """The rule's id."""

    @property
    def rows(self) -> int:
        """How many rows."""


class JudgedFile(Protocol):
    """A file and the rules that were applied to it as a whole."""

    @property
    def rules(self) -> tuple[str, ...]:
        """Ids of the rules."""


@dataclass(frozen=True)
class RuleLine:
    """One rule: what it means, what is asked, its basis, rows per source (registry order), and files."""

    id: str
    title: str
    severity: str
    severity_text: str
    tone: str
    says: str
    asks: str
    basis: str
    rows: tuple[int, ...]
    files: int

    @property
    def total(self) -> int:
        """Rows of all sources."""
        return sum(self.rows)


@dataclass(frozen=True)
class _Wording:
    title: str
    severity: str
    says: str
    asks: str
    basis: str


def rule_lines(
    findings: Iterable[RuleFinding], files: Iterable[JudgedFile], registry: Registry
) -> tuple[RuleLine, ...]:
    """Every rule of the catalogue, then rules that only an expectation names, then intake rules that were met."""
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for finding in findings:
        rows[finding.rule][finding.source] += finding.rows
    judged: Counter[str] = Counter(rule for file in files for rule in set(file.rules))
    words = _wording(registry)
    ids = [*words, *sorted((set(rows) | set(judged)) - set(words))]
    return tuple(_line(rule, words.get(rule), rows[rule], judged[rule], registry) for rule in ids)


def _line(rule: str, words: _Wording | None, rows: Counter[str], files: int, registry: Registry) -> RuleLine:
    words = words or _Wording(rule, "W", "", "", "")
    text, tone = SEVERITIES[words.severity]
    counts = tuple(rows[source] for source in registry.sources)
    return RuleLine(rule, words.title, words.severity, text, tone, words.says, words.asks, words.basis, counts, files)


def _wording(registry: Registry) -> dict[str, _Wording]:
    words = {
        rule.id: _Wording(rule.title, rule.severity, rule.says, rule.asks, rule.source)
        for rule in registry.rules.values()
    }
    words |= {rule: _Wording(title, "L", says, asks, "收件约定") for rule, (title, says, asks) in _INTAKE.items()}
    for suite in registry.suites.values():
        for expectation in suite.get("expectations", ()):
            meta: Mapping[str, Any] = expectation.get("meta") or {}
            rule = str(meta.get("rule", ""))
            if rule and rule not in words and meta.get("says"):
                severity = str(meta.get("severity", "W"))
                words[rule] = _Wording(
                    str(meta.get("title", meta["says"])),
                    severity if severity in SEVERITIES else "W",
                    str(meta["says"]),
                    str(meta.get("asks", "")),
                    str(meta.get("source", "本地补充规则")),
                )
    return words
