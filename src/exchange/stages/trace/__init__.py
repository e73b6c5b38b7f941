"""Opens a published figure: persons by id, why each counts, the rows and files behind, the rules as they stood."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from exchange.model.errors import ContentError
from exchange.model.period import Period
from exchange.model.trace import Trace, TraceTable
from exchange.registry.load import Registry
from exchange.rules.reporting import tracing as words
from exchange.services.bundle import Services
from exchange.services.rule_texts import read_texts
from exchange.stages.trace.now import as_now_known
from exchange.stages.trace.question import Question

Record = dict[str, Any]
_REMEDY = (
    "Name an indicator (K05; K01:卡介苗 for a dose, K05:370306001201 for a village), a list (inflow, outflow, "
    "pregnant, births, children_0_6, missed, served, due …), "
    "a term of the balance (OPENING, NEW, LATE_REG, MOVE_IN, RETURN, OUT, MOVE_OUT, CANCEL, CLOSING; NEW:all for "
    "everybody registered, AGED_IN:children_0_6 for a group), a rule (R05), a service class or item (0401), "
    "a person (P…) or a row token (行标识)."
)


def open_figure(
    services: Services,
    registry: Registry,
    period: Period,
    about: str,
    place: str | None,
    *,
    actor: str,
    why: str,
    now: bool = False,
    generation: int | None = None,
) -> Trace:
    """The trace of a figure, person or row of a published month. The act is audited in the same transaction.

    `place`: a township, or for a rule also a sender, by code or name; None is the whole district. Nothing of it is a
    value of a person: persons are ids, rows are places in files. `now` sets beside the published indicators what is
    known today. `generation` asks an earlier publication of the month. Raises ContentError when the month is not
    published or nothing goes by that name.
    """
    booked, standing = services.ledger.generation(period, generation), services.ledger.closed(period)
    if booked is None:
        raise ContentError(f"{period} is not published", remedy=f"Run `exchange run {period}` first.")
    generation = int(booked["generation"])
    is_standing = standing is not None and standing["generation"] == generation
    township9, unit = _place(registry, place)
    with services.warehouse.transaction() as conn:
        texts = read_texts(services.warehouse, conn, period, generation)
        asked = Question(services, conn, registry, texts, period, generation, is_standing, about, township9, unit)
        found = _beside_now(asked) if now else _opened(asked)
        counts = {table.name: len(table.rows) for table in found.tables}
        target = f"{period} {found.title} {place or '全区'}"
        services.ledger.append_audit(conn, actor, "trace", target, why, counts)
    return Trace(
        f"{period} {found.title} {place or '全区'}",
        (*found.facts, *_proof(booked)),
        found.tables,
        found.texts,
        found.agrees,
    )


def _opened(asked: Question) -> Trace:
    """The first thing that goes by the name asked for."""
    about, term = asked.about, asked.about.upper().partition(":")[0]
    named = {name.upper(): name for name in asked.texts.names("indicator")}
    group = about.partition(":")[2]
    if term in named:
        return _indicator(asked, named[term], group)
    if term in words.GROUP_TERMS and group in words.GROUPS:
        return _group_term(asked, term, group)
    if term in words.TERMS:
        return _term(asked, term, "all" if about.upper().endswith(":ALL") else "default")
    if about.upper() in asked.registry.rules or about.upper() in asked.texts.names("rule"):
        return _rule(asked, about.upper())
    if about.isdigit() and len(about) in (2, 4):
        return _service(asked, about)
    if about in words.LISTS or asked.ask("list_entries", list=about):
        return _list(asked, about)
    if about.startswith("P") and asked.ask("person_rows", person_id=about):
        return _person(asked, about)
    return _token(asked)


def _beside_now(asked: Question) -> Trace:
    """As first published and as now known: the indicator asked for, or `all`."""
    found = as_now_known(asked.services, asked.conn, asked.registry, asked.period, asked.generation, asked.place)
    chosen = [row for row in found if asked.about.upper() in ("ALL", row["name"].upper())]
    if not chosen:
        raise ContentError(
            f"{_shown(asked.about)} does not change with what is known later",
            remedy="Name `all`, or an indicator of persons and services (K05); lists and files of a month stand.",
        )
    titles = {one.figure: one.title for one in asked.registry.indicators}
    rows = tuple(
        (
            row["name"], titles.get(row["name"], ""), words.share_text(row["numerator"], row["denominator"]),
            words.share_text(row["numerator_now"], row["denominator_now"]),
            f"{row['numerator_now'] - row['numerator']:+d} / {row['denominator_now'] - row['denominator']:+d}",
        )
        for row in chosen
    )  # fmt: skip
    latest = max(asked.services.ledger.published_periods())
    facts = (("首次发布", f"{asked.period}"), ("现今所知", f"含至 {latest} 收到的补报和更正；已发布的数字不变"))
    return Trace("首次发布与现今所知", facts, (TraceTable("对照", words.NOW, rows),), _texts(asked, []), True)


def _indicator(asked: Question, name: str, detail: str) -> Trace:
    """The indicator, or one dose or village of it."""
    declared = asked.texts.declared("indicator", name) or {}
    targets = [
        f"{told['prefix'] or '全国'} {told['valid_from']}起 {told['value'] or '不断提高'}（{told['source']}）"
        for key in asked.texts.names("target")
        for told in [asked.texts.declared("target", key)]
        if told and told["indicator"] == name
    ]
    facts = words.indicator_facts(declared, targets)
    asides = {aside["name"]: aside for aside in declared.get("asides", ())}
    by = [declared[part] for part in ("numerator_by", "denominator_by") if declared.get(part)]
    by += [aside["by"] for aside in asides.values()]
    texts = _texts(asked, [("indicator", name), *(("statement", f"indicators/{key}") for key in by)])
    if declared.get("figure") is None or not asked.ask("figure", name=declared["figure"], place=asked.place):
        return Trace(declared["title"], (*facts, ("对账", "不可计算，未发布数字")), (), texts, True)
    told = {one: asked.ask(one, name=declared["figure"]) for one in ("members", "asides")}
    members = told["members"]
    details = asked.ask("details", name=declared["figure"], place=asked.place)
    if detail:
        details = _one_detail(asked, details, detail)
        kind, key = details[0]["kind"], details[0]["detail"]
        told = {"members": (members := [member for member in members if member[kind] == key])}
        share = words.share_text(details[0]["numerator"], details[0]["denominator"])
        agrees, compared = True, [("已发布", f"{detail} {share}")]
    else:
        agrees, compared = _compared(asked, declared["figure"], members)
    same, in_detail = words.details_agree(details, told, whole=not asked.township9)
    people = [
        (
            asked.town(member["township9"]), member["person_id"], member["part"], str(member["denominator"]),
            str(member["numerator"]), _row_token(asked, member["basis_row_id"]), words.why_counts(member, declared),
        )
        for member in members
    ]  # fmt: skip
    tables = [TraceTable("组成", words.MEMBER, tuple(people)), *_beside(asked, asides, told.get("asides", ()))]
    tables.append(_rows(asked, _roles(members) | {row["basis_row_id"]: "另计" for row in told.get("asides", ())}))
    if units := sorted({member["part"] for member in members if not member["person_id"] and "/" in member["part"]}):
        tables.append(_files(asked, units))
    title = f"{name} {declared['title']}" + (f" {detail}" if detail else "")
    return Trace(title, (*facts, *compared, *in_detail), tuple(tables), texts, agrees and same)


def _one_detail(asked: Question, details: Sequence[Record], named: str) -> list[Record]:
    """The dose or village that goes by a name, or a village by its code."""
    villages = asked.registry.divisions.villages
    rows = (row for row in details if row["kind"] != "aside")
    found = [row for row in rows if named in (row["detail"], villages.get(row["detail"]))]
    if not found:
        raise ContentError(f"{_shown(named)} is no dose and no village of it there", remedy=_REMEDY)
    return found[:1]


def _beside(asked: Question, asides: Mapping[str, Any], found: Sequence[Record]) -> list[TraceTable]:
    """Who is counted beside the indicator, where anybody is."""
    rows = tuple(
        (
            asked.town(row["township9"]), row["person_id"], row["part"], str(row["denominator"]),
            _row_token(asked, row["basis_row_id"]), f"不计入分母：{asides[row['aside']]['title']}",
        )
        for row in found
    )  # fmt: skip
    return [TraceTable("另计", words.BESIDE, rows)] if rows else []


def _compared(asked: Question, figure: str, members: Sequence[Record]) -> tuple[bool, list[tuple[str, str]]]:
    """What was published of an indicator beside what its members add up to, for all and for those here six months."""
    published = {row["grouping"]: row for row in asked.ask("figure", name=figure, place=asked.place)}
    long = [member for member in members if member["is_long"]]
    facts, agrees = [], True
    for grouping, label, own in (("", "", members), ("ge6m", "（居住满6个月）", long)):
        row = published.get(grouping, {"numerator": 0, "denominator": 0})
        told, got = (row["numerator"], row["denominator"]), words.totals(own, whole=not asked.township9)
        if label and not any((*told, *got)):
            continue
        same, verdict = words.agreement(told, got)
        agrees &= same
        facts += [(f"已发布{label}", words.share_text(*told)), (f"追溯所得{label}", words.share_text(*got))]
        facts += [(f"对账{label}", verdict)]
    return agrees, facts


def _term(asked: Question, term: str, scope_group: str) -> Trace:
    statement = term.lower() if term in ("OPENING", "CLOSING") else "flows"
    if asked.is_standing or term == "OPENING" or scope_group == "all":
        found = asked.ask(statement, term=term, scope_group=scope_group)
    else:
        found = asked.ask("group_term", group_name="all", terms=[] if term == "CLOSING" else [term])
    lines = asked.ask("balance", scope_group=scope_group, place=asked.place)
    published = next((line["persons"] for line in lines if line["name"] == term), 0)
    title = words.TERMS[term] + ("（全部登记人员）" if scope_group == "all" else "（流动人口）")
    return _counted(asked, title, found, published, "平衡表", "居住登记")


def _group_term(asked: Question, term: str, group: str) -> Trace:
    title, movements = words.GROUP_TERMS[term]
    found = asked.ask("group_term", group_name=group, terms=list(movements))
    lines = asked.ask("group_balance", group_name=group, place=asked.place)
    published = next((line["persons"] for line in lines if line["name"] == term), 0)
    return _counted(asked, f"{words.GROUPS[group]}{title}", found, published, "人群平衡表", "居住登记")


def _list(asked: Question, name: str) -> Trace:
    found = asked.ask("list_entries", list=name)
    title = words.list_title(name)
    trace = _counted(asked, title, found, len(found), "名单", "名单所据")
    people = tuple(
        (*row[:3], asked.services.vault.token(*_entry_key(asked, name, entry)), row[4])
        for row, entry in zip(trace.tables[0].rows, found, strict=True)
    )
    return Trace(title, trace.facts, (TraceTable("组成", words.ENTRY, people), trace.tables[1]), trace.texts, True)


def _entry_key(asked: Question, name: str, entry: Record) -> tuple[str, str, str, str, str]:
    return (str(asked.period), entry["township9"], name, entry["person_id"], entry["part"])


def _rule(asked: Question, rule: str) -> Trace:
    declared = asked.texts.declared("rule", rule)
    told = declared or asked.registry.rules[rule].model_dump()
    found = asked.ask("rule_rows", rule=rule, unit_code=asked.unit)
    files = asked.ask("rule_files", rule=rule, unit_code=asked.unit)
    facts = [
        ("规则", f"{rule} {told['title']}"),
        ("含义", told["says"]),
        ("要求", told["asks"]),
        ("依据", told["source"]),
    ]
    facts += [("数据行", str(len(found))), ("文件", str(len(files)))]
    rows = _rows(asked, {row["basis_row_id"]: "发现问题的行" for row in found})
    listed = TraceTable("文件", words.FILE, tuple(_file(one) for one in files))
    texts = _texts(
        asked, [("rule", rule), *(("suite", name) for name in sorted({row["part"].split("/")[0] for row in found}))]
    )
    return Trace(f"{rule} {told['title']}", tuple(facts), (rows, listed), texts, True)


def _service(asked: Question, code: str) -> Trace:
    found = asked.ask("services", code=code)
    told = asked.ask("service_count", code=code, place=asked.place)
    return _counted(asked, f"服务 {code}", found, told[0]["total"] if told else 0, "服务人次", "服务行")


def _counted(asked: Question, title: str, found: Sequence[Record], published: int, where: str, role: str) -> Trace:
    """Whatever is counted one by one: entries, movements, registrations, services."""
    same, verdict = words.agreement(published, len(found))
    facts = (("数字", title), (f"已发布（{where}）", str(published)), ("追溯所得", str(len(found))), ("对账", verdict))
    people = tuple(
        (asked.town(row["township9"]), row["person_id"], row["part"], _row_token(asked, row["basis_row_id"]), role)
        for row in found
    )
    rows = _rows(asked, {row["basis_row_id"]: role for row in found})
    return Trace(title, facts, (TraceTable("组成", words.ENTRY, people), rows), _texts(asked, []), same)


def _person(asked: Question, person_id: str) -> Trace:
    links = asked.ask("person_rows", person_id=person_id)
    stands = asked.ask("person_figures", person_id=person_id)
    facts = (("人员", person_id), ("至本月的数据行", str(len(links))), ("本月名单、指标", str(len(stands))))
    where = tuple(
        (
            "名单" if one["kind"] == "list" else "指标",
            words.list_title(one["name"]), asked.town(one["township9"]), one["part"],
            "" if one["denominator"] is None else f"{one['numerator']}/{one['denominator']}",
        )
        for one in stands
    )  # fmt: skip
    table = TraceTable("组成", ("种类", "名称", "镇街", "区分", "分子/分母"), where)
    rows = _rows(asked, {link["row_id"]: f"{link['period']} 计入，依据 {link['tier']}" for link in links})
    return Trace(person_id, facts, (table, rows), _texts(asked, []), True)


def _token(asked: Question) -> Trace:
    """The entry of a list, or the row of a file, that a row token stands for."""
    vault, token = asked.services.vault, asked.about
    for entry in asked.ask("entries"):
        key = (str(asked.period), entry["township9"], entry["list"], entry["person_id"], entry["entry_id"])
        if vault.token(*key) == token:
            return _one(asked, words.list_title(entry["list"]), entry)
    for row in asked.ask("source_rows"):
        if vault.token("row", row["row_id"]) == token:
            return _one(asked, "数据行", {**row, "township9": "", "entry_id": ""})
    raise ContentError(f"nothing called {_shown(token)} was published in {asked.period}", remedy=_REMEDY)


def _one(asked: Question, what: str, entry: Record) -> Trace:
    facts = (
        ("行标识", asked.about),
        ("所在", what),
        ("镇街", asked.town(entry["township9"])),
        ("人员", entry["person_id"]),
    )
    rows = _rows(asked, {entry["row_id"]: "所据数据行"})
    return Trace(asked.about, tuple(fact for fact in facts if fact[1]), (rows,), _texts(asked, []), True)


def _roles(members: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What every row behind an indicator does there; a row may do both."""
    roles: dict[str, str] = {}
    for member in members:
        if member["basis_row_id"]:
            roles.setdefault(member["basis_row_id"], "分母")
        for row_id in (member["proof_row_ids"] or ()) if member["numerator"] else ():
            roles[row_id] = "分母、分子" if roles.get(row_id, "").startswith("分母") else "分子"
    return roles


def _rows(asked: Question, roles: Mapping[str, str]) -> TraceTable:
    """The rows, each with its file, what became of it, and who judged it by which suite."""
    suites = {name: f"{name} {asked.texts.digests['suite', name][:12]}" for name in asked.texts.names("suite")}
    found = asked.ask("rows", row_ids=list(roles)) if roles else []
    rows = tuple(
        (
            _row_token(asked, row["row_id"]), roles[row["row_id"]], row["source"], row["unit_code"] or "", row["file"],
            row["sheet"], str(row["row"]), words.disposition_text(row["disposition"]), row["rules"] or "",
            row["delivery_id"], row["sha256"] or "", row["run_id"] or "", row["receipt"] or "",
            suites.get(row["source"], "") if row["period"] == str(asked.period) else f"见 {row['period']} 月",
        )
        for row in found
    )  # fmt: skip
    return TraceTable("来源行", words.ROW, rows)


def _files(asked: Question, units: Sequence[str]) -> TraceTable:
    found = asked.ask("unit_files", units=list(units))
    return TraceTable("文件", words.FILE, tuple(_file(one) for one in found))


def _file(one: Record) -> tuple[str, ...]:
    return tuple(str(one.get(name) or "") for name in ("source", "unit_code", "path", "sha256", "status", "rule"))


def _texts(asked: Question, keys: Sequence[tuple[str, str]]) -> TraceTable:
    held = asked.texts
    rows = tuple(
        (kind, name, held.digests[kind, name], held.bodies[kind, name])
        for kind, name in keys
        if (kind, name) in held.bodies
    )
    return TraceTable("规则原文", words.TEXT, rows)


def _proof(booked: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        ("版次", str(booked["generation"])),
        ("发布时间", f"{booked['published_at']:%Y-%m-%d %H:%M}"),
        ("清单指纹", str(booked["manifest_sha256"])),
        ("配置指纹", str(booked["config_fingerprint"])),
        ("程序版本", str(booked["code_version"])),
    ]


def _row_token(asked: Question, row_id: str | None) -> str:
    return asked.services.vault.token("row", row_id) if row_id else ""


def _place(registry: Registry, named: str | None) -> tuple[str, str]:
    """(township, sender) a person named by code or name; both '' for the whole district."""
    if not named:
        return "", ""
    for code, name in registry.townships().items():
        if named in (code, name):
            return code, ""
    for unit in registry.units:
        if named in (unit.unit_code, unit.name):
            return "", unit.unit_code
    if registry.divisions.township(named):  # closed, and people are still registered in it
        return named, ""
    raise ContentError(
        "that is no township and no sender of this district",
        remedy="Give its name or code as in the registry of senders.",
    )


def _shown(text: str) -> str:
    """What was asked for, unless it may be a number of somebody."""
    return "it" if sum(sign.isdigit() for sign in text) > 9 else text[:40]
