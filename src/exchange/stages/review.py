"""People look at open questions about who is who and say: the same person, two persons, cannot be told."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from exchange.model.decisions import Pair, Standing, State, ordered
from exchange.model.errors import ContentError
from exchange.registry.load import Registry
from exchange.registry.spec_linkage import linkage_of
from exchange.rules.persons.corrigenda import HEADINGS, corrigenda, indicator_titles
from exchange.rules.persons.decisions import STATES, VERDICTS, WORDS, standings
from exchange.rules.persons.review import (
    ASKED,
    KINDS,
    SHOWN,
    Question,
    compared,
    needs_two,
    one_each,
    pair_up,
    persons_of,
    settled_persons,
    shown,
)
from exchange.rules.persons.review import WORDS as FIELDS
from exchange.services.bundle import Services
from exchange.services.delivery.outbox import likely_passwords
from exchange.services.identity.decisions import append, statements
from exchange.services.identity.review import (
    Item,
    ask,
    conflicting_schemes,
    items,
    judged_pair,
    plain,
    records,
    set_states,
)
from exchange.services.inspection import Listing
from exchange.services.lake import fingerprint
from exchange.services.returning.answers import read_returned


def list_questions(services: Services, *, everything: bool, actor: str, why: str) -> Listing:
    """Open questions in the order of the harm a wrong answer does; `everything`: those answered as well."""
    with services.warehouse.transaction() as conn:
        standing, found = standings(statements(conn)), items(services, conn)
        settled = settled_persons(found, standing)
        rows = []
        for item in found if everything else one_each(found):
            held = standing.get(judged_pair(services, conn, item))
            state = held.state if held else "open"
            if everything or persons_of(item) not in settled:
                word = WORDS[held.verdict] if held and held.verdict else ""
                rows.append([
                    item["item_id"], item["period"], KINDS.get(item["kind"], item["kind"]),
                    str(item["rows_a"] + item["rows_b"]), str(item["services_a"] + item["services_b"]),
                    STATES[state], word,
                ])  # fmt: skip
        services.ledger.append_audit(conn, actor, "review list", "registry.review_item", why, {"items": len(rows)})
    return "待核实事项", ("事项", "月份", "种类", "涉及行数", "涉及服务", "状态", "结论"), rows


def show_question(
    services: Services, registry: Registry, item_id: str, *, evidence: bool, day: date, actor: str, why: str
) -> list[Listing]:
    """Both records side by side, masked, without any score; with `evidence` what the linker had to say, afterwards."""
    with services.warehouse.transaction() as conn:
        item = _item(services, conn, item_id)
        (question,) = pair_up([item], records(services, registry, [item], ())) or [_gone(item_id)]
        pair = judged_pair(services, conn, item)
        told = [one for one in statements(conn) if one.pair == pair]
        act = "review show --score" if evidence else "review show"
        services.ledger.append_audit(conn, actor, act, item_id, why, {"records": 2})
    one, other = shown(question.one, day), shown(question.other, day)
    words = compared(question.one, question.other)
    rows = [[FIELDS[field], one[field], other[field], words.get(field, "")] for field in SHOWN]
    listings: list[Listing] = [
        (f"{item_id}　{KINDS.get(item['kind'], item['kind'])}", ("项目", "甲", "乙", "比对"), rows)
    ]
    if told:
        said = [[one.decision_id, WORDS[one.verdict], "、".join(one.actors), one.revokes or ""] for one in told]
        listings.append(("已作的决定", ("决定", "结论", "核实人", "撤销"), said))
    if evidence:
        listings.append(
            ("依据", ("分数", "领先第二人选", "说明"), [[_bits(item["score"]), _bits(item["margin"]), item["why"]]])
        )
    return listings


def ask_about(services: Services, one: str, other: str, *, actor: str, why: str) -> str:
    """Puts a question about any two rows (row ids), also of one person; its id. Asking twice is asking once.

    Raises ContentError for a row that belongs to nobody in a published month, or one row twice.
    """
    if one == other:
        raise ContentError("须是两个不同的数据行", remedy="用 exchange explain P… 查看此人的各数据行编号。")
    pair = ordered(one, other)
    item_id = fingerprint(ASKED, *pair)
    with services.warehouse.transaction() as conn:
        if not ask(conn, item_id, pair, ASKED):
            raise ContentError("有数据行不在已发布月份里", remedy="用 exchange explain 核对数据行编号（24 位）。")
        services.ledger.append_audit(conn, actor, "review ask", item_id, why, {"rows": 2})
    return item_id


def decide(
    services: Services, registry: Registry, item_id: str, verdict: str, actors: Sequence[str], *, note: str,
    origin: str, audited: str, why: str,
) -> Standing:  # fmt: skip
    """Writes what one or two people said about an open question; what holds of it now.

    Saying the same again changes nothing. Raises ContentError, in Chinese, where two valid numbers would become one
    person's, and for an item nobody asked.
    """
    with services.warehouse.transaction() as conn:
        item = _item(services, conn, item_id)
        standing = _say(services, registry, conn, item, verdict, actors, note, origin)
        counts: dict[str, int | str] = {"verdict": verdict, "state": standing.state, "people": len(actors)}
        services.ledger.append_audit(conn, audited, "review decide", item_id, why, counts)
    return standing


def revoke(services: Services, decision_id: str, actor: str, *, note: str, audited: str, why: str) -> Standing:
    """Takes a decision back by a statement of its own; its questions are open again where nothing else answers them.

    What it had done is undone by the next month that is resolved. Raises ContentError for a decision that is not there
    or was taken back before.
    """
    with services.warehouse.transaction() as conn:
        told = statements(conn)
        found = next((one for one in told if one.decision_id == decision_id and one.revokes is None), None)
        if found is None or any(one.revokes == decision_id for one in told):
            raise ContentError(
                f"没有可撤销的决定 {decision_id}",
                remedy="用 exchange review show 事项编号 查看决定编号；已撤销的不能再撤销。",
            )
        append(conn, found.pair, "revoke", (actor,), needs_two=found.needs_two, note=note, origin="terminal",
               revokes=decision_id)  # fmt: skip
        standing = _mark(services, conn, found.pair)
        services.ledger.append_audit(conn, audited, "review revoke", decision_id, why, {"state": standing.state})
    return standing


def import_review(services: Services, registry: Registry, file: Path, *, actor: str, why: str) -> list[str] | None:
    """Takes the choices of a returned 身份核实 workbook over; what happened, in Chinese, without a value of a person.

    None when no row of the file is one of ours of this kind. A row without 核实人 decides nothing. Importing a file
    twice changes nothing.
    """
    rows = read_returned(file, likely_passwords(services, file.name))
    with services.warehouse.transaction() as conn:
        by_token = {token_of(services, item["item_id"]): item for item in items(services, conn)}
        own = [row for row in rows if str(row["token"]) in by_token]
        if not own:
            return None
        taken, empty = 0, 0
        refused: list[str] = []
        states: dict[State, int] = {}
        for row in own:
            item, choice = by_token[str(row["token"])], str(row.get("answer") or "")
            place = f"“{row['sheet']}”第{row['row']}行"
            by = str(row.get("answered_by") or "").strip()
            if not choice:
                empty += 1
            elif choice not in VERDICTS or not by:
                refused.append(f"{place}：{'结论不在可选项内' if by else '未填核实人'}")
            else:
                people = tuple(dict.fromkeys(part for part in by.replace("，", "、").split("、") if part))[:2]
                try:
                    standing = _say(services, registry, conn, item, VERDICTS[choice], people, "", "workbook")
                except ContentError as error:
                    refused.append(f"{place}：{error}")
                    continue
                taken += 1
                states[standing.state] = states.get(standing.state, 0) + 1
        counts = {"taken": taken, "empty": empty, "refused": len(refused)}
        services.ledger.append_audit(conn, actor, "return", "身份核实", why, counts)
    lines = [f"共{taken}项有结论；{empty}项未填，未作改动。"]
    lines += [f"{STATES[state]}：{count}项" for state, count in sorted(states.items())]
    return lines + refused


def token_of(services: Services, item_id: str) -> str:
    """The row token of a question; the same in every month it is asked."""
    return services.vault.token("review", item_id)


def _say(
    services: Services, registry: Registry, conn: Connection, item: Item, verdict: str, actors: Sequence[str],
    note: str, origin: str,
) -> Standing:  # fmt: skip
    pair = judged_pair(services, conn, item)
    if not actors or len(set(actors)) != len(actors):
        raise ContentError("须写明核实人，两人须不同", remedy="用 --by 和 --second 写明姓名。")
    if verdict == "same" and conflicting_schemes(services, conn, item["one"], item["other"]):
        raise ContentError(
            "两人各有一个有效证件号码，不能认定为同一人",
            remedy="若其中一个号码有误，请由报送单位更正该号码；系统不改号码，也不把两个有效号码并到一人名下。",
        )
    said = [one for one in statements(conn) if one.pair == pair]
    gone = {one.revokes for one in said}
    latest = {actor: one for one in said if one.revokes is None and one.decision_id not in gone for actor in one.actors}
    if not all(actor in latest and latest[actor].verdict == verdict for actor in actors):
        two = needs_two(item, linkage_of(registry.linkage).review)
        append(conn, pair, verdict, tuple(actors), needs_two=two, note=note, origin=origin, item_id=item["item_id"])
    return _mark(services, conn, pair)


def _mark(services: Services, conn: Connection, pair: Pair) -> Standing:
    """Sets the state of every question about the two persons of these rows by what holds now."""
    standing = standings(statements(conn))[pair]
    found = items(services, conn)
    persons = {persons_of(item) for item in found if ordered(item["row_id_a"], item["row_id_b"]) == pair}
    about = [item["item_id"] for item in found if persons_of(item) in persons]
    set_states(conn, dict.fromkeys(about, "decided" if standing.state == "holds" else "new"))
    return standing


def _item(services: Services, conn: Connection, item_id: str) -> Item:
    found = items(services, conn, item_id)
    if not found:
        raise ContentError(f"没有事项 {item_id}", remedy="用 exchange review list 查看事项编号。")
    return found[0]


def _gone(item_id: str) -> Question:
    raise ContentError(f"事项 {item_id} 所涉的数据行已过保存期", remedy="无法再核实；可用 unsure 结案。")


def _bits(value: Any) -> str:
    return "" if value is None else f"{value:.1f}"


def effect_of(
    services: Services, registry: Registry, item_id: str, verdict: str, *, actor: str, why: str
) -> tuple[Listing, str]:
    """The published numbers a decision would tell otherwise, as a corrigendum, and what happens to them: nothing."""
    with services.warehouse.transaction() as conn:
        item = _item(services, conn, item_id)
        bound = {"one": item["one"], "other": item["other"]}
        lines = plain(services.warehouse.query(conn, "review/effect", bound))
        rows = corrigenda(lines, registry.townships(), indicator_titles(registry), is_one=verdict == "same")
        services.ledger.append_audit(conn, actor, "review effect", item_id, why, {"rows": len(rows)})
    note = "已发布的月份不改动；以上作为更正说明，随下一次发布的检验报告列出。" if rows else "没有已发布的数字受影响。"
    return (f"更正说明　{item_id}", HEADINGS, rows), note
