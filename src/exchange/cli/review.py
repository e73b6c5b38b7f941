"""Commands about open questions of who is who: look at them blind, decide, take back, see what it touches."""

from datetime import datetime
from typing import Annotated

import typer

from exchange.cli.base import TIME_ZONE, Home, Reason, Usage, actor, app, out, print_table, settings_of

review = typer.Typer(
    no_args_is_help=True, help="Open questions of who is who: list, show, ask, decide, revoke, effect."
)
app.add_typer(review, name="review")

Item = Annotated[str, typer.Argument(metavar="ITEM", help="The question's id, from `exchange review list`")]
_VERDICTS = ("same", "different", "unsure")


@review.command("list")
def list_items(
    everything: Annotated[bool, typer.Option("--all", help="Answered ones as well")] = False,
    home: Home = None,
    why: Reason = "review",
) -> int:
    """Open questions, the most harmful first. The act is audited."""
    from exchange.services.bundle import open_services
    from exchange.stages.review import list_questions

    with open_services(settings_of(home)) as services:
        print_table(*list_questions(services, everything=everything, actor=actor(), why=why))
    return 0


@review.command()
def show(
    item: Item,
    score: Annotated[bool, typer.Option("--score", help="Also what the linker found; look first")] = False,
    home: Home = None,
    why: Reason = "review",
) -> int:
    """Both records side by side, masked. The act is audited."""
    from exchange.services.bundle import open_services
    from exchange.services.config import current_registry
    from exchange.stages.review import show_question

    settings, day = settings_of(home), datetime.now(TIME_ZONE).date()
    with open_services(settings) as services:
        registry = current_registry(settings)
        for listing in show_question(services, registry, item, evidence=score, day=day, actor=actor(), why=why):
            print_table(*listing)
    return 0


@review.command("ask")
def ask_rows(
    one: Annotated[str, typer.Argument(metavar="ROW", help="A row's id, from `exchange explain`")],
    other: Annotated[str, typer.Argument(metavar="ROW", help="The other row's id")],
    home: Home = None,
    why: Reason = "review",
) -> int:
    """Put a question of your own: are these two rows one person's? This is how a merge nobody asked about is undone."""
    from exchange.services.bundle import open_services
    from exchange.stages.review import ask_about

    with open_services(settings_of(home)) as services:
        out.print(ask_about(services, one, other, actor=actor(), why=why), markup=False, soft_wrap=True)
    return 0


@review.command()
def decide(
    item: Item,
    verdict: Annotated[str, typer.Argument(help="same, different or unsure")],
    by: Annotated[str | None, typer.Option("--by", help="Who looked; default: whoever sits here")] = None,
    second: Annotated[str | None, typer.Option("--second", help="Who looked as well and says the same")] = None,
    note: Annotated[str, typer.Option("--note", help="Why; no value of a person")] = "",
    home: Home = None,
    why: Reason = "review",
) -> int:
    """Say whether two records are one person's. It holds for every later month, and can be taken back."""
    from exchange.rules.persons.decisions import STATES
    from exchange.services.bundle import open_services
    from exchange.services.config import current_registry
    from exchange.stages.review import decide as say

    if verdict not in _VERDICTS:
        raise Usage(f"{verdict} is no verdict", remedy=f"Say one of: {', '.join(_VERDICTS)}.")
    settings = settings_of(home)
    people = [person for person in (by or actor(), second) if person]
    with open_services(settings) as services:
        registry = current_registry(settings)
        standing = say(
            services, registry, item, verdict, people, note=note, origin="terminal", audited=actor(), why=why
        )
    out.print(f"{item}：{STATES[standing.state]}（决定 {'、'.join(standing.ids)}）", markup=False, soft_wrap=True)
    return 0


@review.command()
def revoke(
    decision: Annotated[str, typer.Argument(metavar="DECISION", help="The decision's id, from `exchange review show`")],
    by: Annotated[str | None, typer.Option("--by", help="Who takes it back; default: whoever sits here")] = None,
    note: Annotated[str, typer.Option("--note", help="Why; no value of a person")] = "",
    home: Home = None,
    why: Reason = "review",
) -> int:
    """Take a decision back: its question is open again, and the next month undoes what it did."""
    from exchange.rules.persons.decisions import STATES
    from exchange.services.bundle import open_services
    from exchange.stages.review import revoke as take_back

    with open_services(settings_of(home)) as services:
        standing = take_back(services, decision, by or actor(), note=note, audited=actor(), why=why)
    out.print(f"已撤销 {decision}；事项现为：{STATES[standing.state]}", markup=False, soft_wrap=True)
    return 0


@review.command()
def effect(
    item: Item,
    verdict: Annotated[str, typer.Argument(help="same or different")] = "same",
    home: Home = None,
    why: Reason = "review",
) -> int:
    """Which published figures a decision would tell otherwise. They do not move; this is their corrigendum."""
    from exchange.services.bundle import open_services
    from exchange.services.config import current_registry
    from exchange.stages.review import effect_of

    if verdict not in _VERDICTS[:2]:
        raise Usage(f"{verdict} moves nothing", remedy="Say same or different.")
    settings = settings_of(home)
    with open_services(settings) as services:
        listing, note = effect_of(services, current_registry(settings), item, verdict, actor=actor(), why=why)
    print_table(*listing)
    out.print(note, markup=False, soft_wrap=True)
    return 0
