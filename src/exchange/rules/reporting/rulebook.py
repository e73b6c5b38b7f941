"""What changed in the declarations between two months: rules, expectations, fields, code lists, policy, senders."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from exchange.model.period import Period
from exchange.registry.load import Registry
from exchange.rules.reporting.wording import columns_of, condition, expectations

ADDED, REMOVED, CHANGED = "新增", "取消", "修改"
_RULE_WORDS = {"severity": "级别", "title": "名称", "says": "说明", "asks": "改法", "source": "依据", "since": "起用"}
_POLICY_WORDS = {
    "name": "口径",
    "title": "名称",
    "health_office": "卫健部门名称",
    "immunisation": "免疫程序",
    "default_scopes": "流动人口口径",
    "retention_months": "保留月数",
    "sensitive_classes": "敏感服务类别",
    "never_read": "一律不读取的列",
    "source": "依据",
}
_NAMED_AT_MOST = 8


@dataclass(frozen=True)
class Change:
    """One change: what was done to which declaration, and how it reads before and after."""

    kind: str
    subject: str
    name: str
    detail: str


def rulebook_changes(now: Registry, before: Registry, period: Period) -> tuple[Change, ...]:
    """Every difference that can matter to an auditor, in a fixed order; empty when nothing changed."""
    if now.fingerprint == before.fingerprint:
        return ()
    return (
        *_rules(now, before),
        *_expectations(now, before),
        *_sources(now, before),
        *_codes(now, before),
        *_policy(now, before, period),
        *_whole("产品", now.products, before.products),
        *_senders(now, before),
        *([Change(CHANGED, "身份核对", "参数", "")] if now.linkage != before.linkage else []),
    )


def _rules(now: Registry, before: Registry) -> Iterator[Change]:
    for name in sorted(set(now.rules) | set(before.rules)):
        new, old = now.rules.get(name), before.rules.get(name)
        if new is None and old is not None:
            yield Change(REMOVED, "规则", f"{name} {old.title}", old.says)
        elif new is not None and old is None:
            yield Change(ADDED, "规则", f"{name} {new.title}", new.says)
        elif new is not None and old is not None and new != old:
            yield Change(CHANGED, "规则", f"{name} {new.title}", _fields(new, old, _RULE_WORDS))


def _fields(new: BaseModel, old: BaseModel, words: Mapping[str, str]) -> str:
    """`级别：W → R；改法：… → …`"""
    pairs = [(word, getattr(old, name), getattr(new, name)) for name, word in words.items()]
    return "；".join(f"{word}：{_text(a)} → {_text(b)}" for word, a, b in pairs if a != b)


def _text(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _expectations(now: Registry, before: Registry) -> Iterator[Change]:
    """Expectations are the same when suite, kind, columns and rule are; of several equal ones the n-th of each."""
    new, old = _numbered(now), _numbered(before)
    for key in sorted(set(new) | set(old)):
        suite, rule = key[0], key[1]
        name = f"{suite} {rule}"
        if key not in old:
            yield Change(ADDED, "期望", name, condition(new[key]))
        elif key not in new:
            yield Change(REMOVED, "期望", name, condition(old[key]))
        elif new[key] != old[key]:
            yield Change(CHANGED, "期望", name, _reworded(new[key], old[key]))


def _reworded(new: Mapping[str, Any], old: Mapping[str, Any]) -> str:
    before, after = condition(old), condition(new)
    return f"{before} → {after}" if before != after else f"{after}（级别或说明有改动）"


def _numbered(registry: Registry) -> dict[tuple[str, ...], Mapping[str, Any]]:
    found: dict[tuple[str, ...], Mapping[str, Any]] = {}
    for suite, item in expectations(registry):
        rule = str((item.get("meta") or {}).get("rule", ""))
        stem = (suite, rule, str(item.get("type", "")), " ".join(columns_of(item)))
        number = sum(key[:4] == stem for key in found)
        found[(*stem, f"{number:03d}")] = item
    return found


def _sources(now: Registry, before: Registry) -> Iterator[Change]:
    yield from _named(
        "来源", {n: s.title for n, s in now.sources.items()}, {n: s.title for n, s in before.sources.items()}
    )
    for name in sorted(set(now.sources) & set(before.sources)):
        new, old = now.sources[name], before.sources[name]
        fields, earlier = {f.name: f for f in new.fields}, {f.name: f for f in old.fields}
        titles = {n: f"{new.title} {f.title}" for n, f in fields.items()}
        yield from _named("字段", titles, {n: f"{old.title} {f.title}" for n, f in earlier.items()})
        for field in sorted(set(fields) & set(earlier)):
            if fields[field] != earlier[field]:
                detail = _lists("表头", fields[field].headings, earlier[field].headings) or "读法有改动"
                yield Change(CHANGED, "字段", titles[field], detail)
        if new.never_read != old.never_read:
            yield Change(CHANGED, "不读取的列", new.title, _lists("列", new.never_read, old.never_read))


def _lists(what: str, new: Sequence[str], old: Sequence[str]) -> str:
    parts = (("增加", sorted(set(new) - set(old))), ("减少", sorted(set(old) - set(new))))
    return "；".join(f"{word}{what}：{_some(names)}" for word, names in parts if names)


def _some(names: Sequence[str]) -> str:
    more = f" 等 {len(names)} 项" if len(names) > _NAMED_AT_MOST else ""
    return "、".join(names[:_NAMED_AT_MOST]) + more


def _codes(now: Registry, before: Registry) -> Iterator[Change]:
    yield from _named(
        "代码表", {n: c.title for n, c in now.codes.items()}, {n: c.title for n, c in before.codes.items()}
    )
    for name in sorted(set(now.codes) & set(before.codes)):
        new, old = now.codes[name], before.codes[name]
        if new == old:
            continue
        both = sorted(set(new.entries) & set(old.entries))
        altered = [code for code in both if new.entries[code] != old.entries[code]]
        detail = _lists("代码", tuple(new.entries), tuple(old.entries))
        detail += ("；" if detail and altered else "") + (f"改动代码：{_some(altered)}" if altered else "")
        yield Change(CHANGED, "代码表", new.title, detail)


def _policy(now: Registry, before: Registry, period: Period) -> Iterator[Change]:
    new, old = now.policy_for(period), before.policy_for(period.previous())
    if new != old:
        yield Change(CHANGED, "口径", new.title, _fields(new, old, _POLICY_WORDS) or "有效期有改动")


def _whole(subject: str, now: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[Change]:
    titles, earlier = ({name: one.title for name, one in some.items()} for some in (now, before))
    yield from _named(subject, titles, earlier)
    for name in sorted(set(now) & set(before)):
        if now[name] != before[name]:
            yield Change(CHANGED, subject, titles[name], "列、接收人或版式有改动")


def _senders(now: Registry, before: Registry) -> Iterator[Change]:
    new = {f"{unit.source} {unit.unit_code}": unit for unit in now.units}
    old = {f"{unit.source} {unit.unit_code}": unit for unit in before.units}
    yield from _named("报送单位", {k: u.name for k, u in new.items()}, {k: u.name for k, u in old.items()})
    for key in sorted(set(new) & set(old)):
        if new[key] != old[key]:
            yield Change(CHANGED, "报送单位", new[key].name, "名录登记有改动")


def _named(subject: str, now: Mapping[str, str], before: Mapping[str, str]) -> Iterator[Change]:
    for name in sorted(set(now) - set(before)):
        yield Change(ADDED, subject, now[name], "")
    for name in sorted(set(before) - set(now)):
        yield Change(REMOVED, subject, before[name], "")
