"""Explains a link or a person from the register: what each link rests on, in words and bits, and what became of ids."""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
from sqlalchemy.engine import Connection

from exchange.model.errors import ContentError, RegistryError
from exchange.model.explained import Explained, Weighing
from exchange.model.period import Period
from exchange.model.trace import TraceTable
from exchange.registry.spec_link import Thresholds
from exchange.registry.spec_linkage import Linkage
from exchange.rules.persons import explained as words
from exchange.services.bundle import Services
from exchange.services.identity.models import read_model
from exchange.services.reporting.reported import plain_rows
from exchange.services.tables_in import read_columns

Record = dict[str, Any]
Declared = Callable[[Period], Linkage]
_REMEDY = "Give a row token (行标识) of a workbook, a row id, or a person's id (P…) of a published month."
_PERSON_LENGTH = 21
_FS = "FS"


@dataclass(frozen=True)
class _Question:
    services: Services
    conn: Connection
    declared: Declared

    def ask(self, statement: str, **bound: Any) -> list[Record]:
        return plain_rows(self.services.warehouse.query(self.conn, statement, bound))

    def token(self, row_id: str) -> str:
        return self.services.vault.token("row", row_id)

    def linkage(self, period: str) -> Linkage:
        return self.declared(Period.parse(period))


def explain(
    services: Services, declared: Declared, about: str, *, actor: str, why: str, period: Period | None = None
) -> Explained:
    """Why a row is its person's, or why all of a person's rows are. The act is audited in the same transaction.

    `about`: a row token, a row id or a person's id; `declared`: the linkage as it stood in a month; `period`: the month
    in whose publication a token is looked for (default: the newest that has it). No number and no name is in it.
    Raises ContentError when nothing goes by that name.
    """
    with services.warehouse.transaction() as conn:
        asked = _Question(services, conn, _once(declared))
        family = asked.ask("explain/person", person_id=about) if len(about) == _PERSON_LENGTH else []
        found = _person(asked, about, family) if family else _link(asked, about, period)
        counts = {"links": len(found.lines), "pairs": len(found.pairs)}
        services.ledger.append_audit(conn, actor, "explain", found.title, why, counts)
    return found


def explain_table(why: Path, one: str, other: str, thresholds: Thresholds) -> Explained:
    """The pair of records from a file of `exchange link --why`; needs no installation.

    Raises ContentError when the two did not join directly, LayoutError for another file.
    """
    told = read_columns(why, ("record_a", "record_b", "bits", "runner_up", "model", "evidence"))
    ours = pc.and_(pc.equal(told["record_a"], min(one, other)), pc.equal(told["record_b"], max(one, other)))
    rows = told.filter(ours).to_pylist()
    if not rows:
        raise ContentError(
            f"{why.name} has no line for these two records",
            remedy="Records join by the same number, or through a third one: look for the lines each of them has.",
        )
    row = rows[0]
    try:
        scorer = (thresholds.link, thresholds.review)
        pair = words.told_weighing(row, scorer, "两条记录何以为一人", f"模型 {row['model']}")
    except (ValueError, TypeError):
        raise ContentError(f"{why.name} holds a line that is no evidence", remedy="Make it anew.") from None
    facts = (("记录甲", str(row["record_a"])), ("记录乙", str(row["record_b"])), ("模型", str(row["model"])))
    return Explained("exchange link", facts, (words.weighed_words(pair),), (), (pair,))


def _link(asked: _Question, about: str, period: Period | None) -> Explained:
    row_id = _row_of(asked, about, period)
    links = asked.ask("explain/links", row_ids=[row_id], person_ids=[])
    if not links:
        (own,) = asked.ask("trace/rows", row_ids=[row_id]) or [{}]
        raise ContentError(
            "the row was not counted, so it is nobody's" if own else f"nothing is called {_shown(about)}",
            remedy=f"See what became of it: exchange trace {own['period']} {asked.token(row_id)}." if own else _REMEDY,
        )
    lines, pairs = _told(asked, links)
    (link,) = links
    facts = [("行标识", asked.token(row_id)), ("来源行", words.place(link)), ("人员", link["current_id"])]
    if link["person_id"] != link["current_id"]:
        facts.append(("当时人员编号", f"{link['person_id']}（已并入）"))
    facts += [("认定月份", f"{link['period']} 第{link['generation']}版"), *_model_facts(asked, links)]
    said = asked.ask("explain/decisions", row_ids=[row_id])
    return Explained(f"行标识 {asked.token(row_id)}", tuple(facts), lines, tuple(_tables(asked, [], [], said)), pairs)


def _person(asked: _Question, about: str, family: Sequence[Record]) -> Explained:
    ids = [one["person_id"] for one in family]
    now = family[0]
    links = asked.ask("explain/links", row_ids=[], person_ids=ids)
    lines, pairs = _told(asked, links)
    changes = [event | {"why": json.loads(event["why"])} for event in asked.ask("explain/changes", person_ids=ids)]
    merged = tuple(_merge(asked, event) for event in changes if "evidence" in event["why"])
    facts = [("人员", now["current_id"]), ("首末月份", f"{now['first_period']} 至 {now['last_period']}")]
    facts += [("曾用编号", f"{one['person_id']}（{one['merged_period']} 并入）") for one in family[1:]]
    facts += [("计入的数据行", str(len(links))), *_model_facts(asked, links)]
    said = asked.ask("explain/decisions", row_ids=[link["row_id"] for link in links])
    tables = _tables(asked, asked.ask("explain/numbers", person_ids=ids), changes, said)
    return Explained(f"人员 {about}", tuple(facts), lines, tuple(tables), (*pairs, *merged))


def _told(asked: _Question, links: Sequence[Record]) -> tuple[tuple[str, ...], tuple[Weighing, ...]]:
    """A sentence per link, and the pairs that were weighed."""
    told: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for step in asked.ask("explain/steps", row_ids=[link["row_id"] for link in links]):
        told[step["row_id"], step["period"]].append(step | {"detail": json.loads(step["detail"])})
    lines: list[str] = []
    pairs: list[Weighing] = []
    for link in links:
        linkage, parts = asked.linkage(link["period"]), []
        for step in told[link["row_id"], link["period"]]:
            other = _other(asked, step)
            if step["tier"] == _FS:
                pairs.append(_pair(asked, link, step, linkage, other))
                parts.append("，".join([words.weighed_words(pairs[-1]), *other, _model(step["model"], link)]))
            else:
                parts.append("，".join(part for part in (words.agreed_words(step["detail"], step["tier"]),
                                                        *other) if part))  # fmt: skip
        lines.append(words.sentence(link, asked.token(link["row_id"]), linkage, parts))
    return tuple(lines), tuple(pairs)


def _pair(asked: _Question, link: Record, step: Record, linkage: Linkage, other: Sequence[str]) -> Weighing:
    own = f"本行：{link['source']}　{words.place(link)}　行标识 {asked.token(link['row_id'])}"
    title = f"何以为一人：{link['current_id']}　{link['period']} 认定"
    return words.weighing(
        step["detail"], step["bits"], step["runner_up"], _scorer(linkage), _cap(asked, step["model"]), title,
        (own, *other), _model(step["model"], link),
    )  # fmt: skip


def _merge(asked: _Question, event: Record) -> Weighing:
    """Two registered persons that turned out to be one."""
    linkage = asked.linkage(event["period"])
    booked = asked.services.ledger.generation(Period.parse(event["period"])) or {}
    model = linkage.scorer.model if linkage.scorer else None
    sides = (f"并入前：{event['person_id']}", f"并入：{event['other_id']}")
    return words.weighing(
        event["why"], None, None, _scorer(linkage), _cap(asked, model),
        f"何以合并：{event['other_id']}　{event['period']} 认定", sides, _model(model, booked),
    )  # fmt: skip


def _other(asked: _Question, step: Record) -> list[str]:
    """The other side: its row where this month told it, its person where an earlier month did."""
    found = []
    if step["other_id"]:
        found.append(
            f"对照行：{step['other_source']}　{words.place(step, 'other_')}　行标识 {asked.token(step['other_id'])}"
        )
    if step["other_person"]:
        found.append(f"对照人员：{step['other_person']}（往月所知）")
    return found


def _scorer(linkage: Linkage) -> tuple[float, float]:
    return (linkage.scorer.link, linkage.scorer.review) if linkage.scorer else (Thresholds().link, Thresholds().review)


def _cap(asked: _Question, model: str | None) -> float | None:
    """Bits a household may weigh in a model; None when its file is no longer there."""
    try:
        return read_model(asked.services.settings.schemas, model).cap if model else None
    except RegistryError:
        return None


def _model(name: str | None, booked: Mapping[str, Any]) -> str:
    return f"模型 {name or ''} SHA-256 {booked.get('model_hash') or '未记'}"


def _model_facts(asked: _Question, links: Sequence[Record]) -> list[tuple[str, str]]:
    """The model of every month in which a row was linked."""
    booked = {link["period"]: link["model_hash"] for link in links}
    return [
        (f"{period} 模型", f"{scorer.model}　SHA-256 {digest}")
        for period, digest in sorted(booked.items())
        if digest and (scorer := asked.linkage(period).scorer)
    ]


def _tables(
    asked: _Question, numbers: Sequence[Record], changes: Sequence[Record], said: Sequence[Record]
) -> list[TraceTable]:  # fmt: skip
    """Those that have a row."""
    tables = [
        TraceTable("证件（不含号码）", words.NUMBERS, tuple(words.number_row(one) for one in numbers)),
        TraceTable("编号变更", words.CHANGES, tuple(words.change_row(one) for one in changes)),
        TraceTable("人工决定", words.SAID, tuple(words.said_row(one) for one in said)),
    ]
    return [table for table in tables if table.rows]


def _row_of(asked: _Question, about: str, period: Period | None) -> str:
    """The row a token stands for, looked for in the newest publication first; a row id stands for itself."""
    if asked.ask("trace/rows", row_ids=[about]):
        return about
    ledger, vault = asked.services.ledger, asked.services.vault
    for month in [period] if period else sorted(ledger.published_periods(), reverse=True):
        booked = ledger.generation(month)
        if booked is None:
            continue
        for row in asked.ask("trace/source_rows", period=str(month)):
            if vault.token("row", row["row_id"]) == about:
                return str(row["row_id"])
        for entry in asked.ask("trace/entries", period=str(month), generation=int(booked["generation"])):
            key = (str(month), entry["township9"], entry["list"], entry["person_id"], entry["entry_id"])
            if vault.token(*key) == about and entry["row_id"]:
                return str(entry["row_id"])
    raise ContentError(f"nothing is called {_shown(about)}", remedy=_REMEDY)


def _once(declared: Declared) -> Declared:
    """The same, read once a month."""
    kept: dict[Period, Linkage] = {}

    def linkage(period: Period) -> Linkage:
        if period not in kept:
            kept[period] = declared(period)
        return kept[period]

    return linkage


def _shown(text: str) -> str:
    """What was asked for, unless it may be a number of somebody."""
    return "that" if sum(sign.isdigit() for sign in text) > 9 else text[:40]
