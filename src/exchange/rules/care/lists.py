"""From a person's care to what the month's lists say of it: columns, the due list, unserved people, handovers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from exchange.rules.care import words
from exchange.rules.care.plan import PersonCare

Facts = dict[str, object]

IMMUNISATION: Final = "03"
CHILD_CARE: Final = "04"
MATERNITY: Final = "05"
SENIOR: Final = "06"
CHRONIC: Final = "07"
WINDOW = timedelta(days=365)
"""A child nobody vaccinated or checked for so long counts as registered but not served."""


@dataclass(frozen=True, slots=True)
class Episode:
    """A service begun here that has to go on where the person went."""

    service_class: str
    done: str
    open: str
    due_on: date | None


def child_facts(care: PersonCare) -> Facts:
    """Columns of the list of children: missing doses, check due, what to look at again."""
    if care.doses is None or care.checks is None:
        return {}
    return _told(
        due_missing=words.missing_text(care.doses, care.has_doses_on_record),
        due_check=words.visits_text(care.checks.due),
        note=words.early_text(care.doses),
    )


def pregnant_facts(care: PersonCare) -> Facts:
    """Column of the list of pregnant women: the antenatal visits due."""
    return _told(due_items=words.visits_text(care.antenatal.due)) if care.antenatal else {}


def birth_facts(care: PersonCare) -> Facts:
    """Column of the list of deliveries: the postnatal visits due."""
    return _told(due_items=words.visits_text(care.postnatal.due)) if care.postnatal else {}


def outflow_facts(care: PersonCare) -> Facts:
    """Column of the list of people who left: services to be gone on with elsewhere."""
    return _told(open_services=words.joined(*(episode.open for episode in episodes(care))))


def due_facts(care: PersonCare) -> Facts | None:
    """A person's line on the list of services due: group, what is due and since when, what will be next month.

    None when nothing is due yet.
    """
    groups, items, soon, since = [], [], [], []
    if care.doses is not None and care.checks is not None:
        missing = words.missing_text(care.doses, care.has_doses_on_record)
        items += [f"接种：{missing}"] if missing else []
        if care.has_doses_on_record:
            since += [need.since for need in care.doses.missing]
            soon += [f"接种：{words.needs_text(care.doses.soon)}"] if care.doses.soon else []
        elif missing and care.situation.here_since:
            since.append(care.situation.here_since)
        groups.append("儿童")
    for label, group, state in (("儿保", "儿童", care.checks), ("产检", "孕产妇", care.antenatal),
                                ("产后", "孕产妇", care.postnatal)):  # fmt: skip
        if state is None:
            continue
        items += [f"{label}：{words.visits_text(state.due)}"] if state.due else []
        soon += [f"{label}：{words.visits_text(state.soon)}"] if state.soon else []
        since += [visit.since for visit in state.due]
        groups += [group] if state.due else []
    for group, repeats in (("老年人", care.yearly), ("慢性病患者", care.chronic)):
        items += [words.repeats_text(repeats)] if repeats else []
        since += [due.since for due in repeats]
        groups += [group] if repeats else []
    if not items:
        return None
    return _told(
        due_group="、".join(dict.fromkeys(groups)),
        due_items=words.joined(*items),
        soon_items=words.joined(*soon),
        due_on=min(since).isoformat() if since else "",
    )


def unserved_facts(care: PersonCare, as_of: date, *, three_months: bool) -> Facts | None:
    """A person's line on the list of those registered but not served, None for everybody else.

    Children here for three months whom nobody vaccinated or checked within a year; old people entitled to this
    year's examination who did not have it, nor any other service within a year.
    """
    of_child = care.doses is not None
    if not (of_child and three_months) and not care.yearly:
        return None
    services = care.situation.services
    known = [service.day for service in services if not of_child or service.item[:2] in (IMMUNISATION, CHILD_CARE)]
    last = max([*known, *(dose.day for dose in care.situation.doses)], default=None)
    if last is not None and last > as_of - WINDOW:
        return None
    group, why = (
        ("0—6岁儿童", "近12个月无接种、儿保记录") if of_child else ("65岁及以上", "本年未体检，近12个月无服务记录")
    )
    return _told(due_group=group, why=why, last_service=last.isoformat() if last else "")


def episodes(care: PersonCare) -> Iterator[Episode]:
    """What a person who leaves takes along: open doses and checks, a pregnancy, follow-ups."""
    if care.doses is not None:
        missing = words.missing_text(care.doses, care.has_doses_on_record)
        if missing:
            limits = [need.limit or need.since for need in care.doses.missing] if care.has_doses_on_record else []
            done = f"已录{len(care.situation.doses)}剂" if care.has_doses_on_record else "无记录"
            yield Episode(IMMUNISATION, done, f"接种：{missing}", min(limits, default=None))
    for kind, label, state in ((CHILD_CARE, "儿保", care.checks), (MATERNITY, "产检", care.antenatal),
                               (MATERNITY, "产后", care.postnatal)):  # fmt: skip
        visits = [*state.due, *state.soon] if state else []
        if state is not None and (visits or (label == "产检" and care.situation.last_menses)):
            limits = [visit.limit for visit in visits]
            open_text = words.visits_text(visits) or "按孕周继续产检"
            done = f"已{label}{state.received}次" if state.received else "无记录"
            yield Episode(kind, done, f"{label}：{open_text}", min(limits, default=None))
    if care.followed:
        text = words.repeats_text(care.chronic) or "按季继续随访"
        since = min((due.since for due in care.chronic), default=None)
        yield Episode(CHRONIC, f"已随访{care.followed}次", text, since)


def _told(**facts: object) -> Facts:
    """The facts that say something: an absent key is an empty cell."""
    return {name: value for name, value in facts.items() if value not in (None, "")}
