"""Commands about who is who."""

import shutil
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from exchange.cli.base import (
    TIME_ZONE,
    Home,
    Reason,
    Usage,
    actor,
    app,
    err,
    out,
    period_of,
    print_table,
    settings_of,
)

if TYPE_CHECKING:
    from exchange.model.explained import Explained


@app.command()
def link(
    tables: Annotated[list[Path], typer.Argument(metavar="TABLE…", help="CSV or Parquet files")],
    spec: Annotated[Path, typer.Option("--spec", help="Which column says what (YAML)")],
    to: Annotated[Path, typer.Option("--out", help="Links: record, person_id; .parquet or .csv")],
    review: Annotated[Path | None, typer.Option("--review", help="Pairs left to people; .parquet or .csv")] = None,
    why: Annotated[Path | None, typer.Option("--why", help="Evidence of every pair that joined, in bits")] = None,
    home: Home = None,
) -> int:
    """Tell which records of any tables are one person's. Nothing is registered; rows without a number take part."""
    from exchange.stages.link.door import link_files

    settings = settings_of(home)
    with err.status("reading") as status:
        counts = link_files(
            tables, spec, to, review, why, settings, year=datetime.now(TIME_ZONE).year, told=status.update
        )
    err.print("  ".join(f"{name}={count}" for name, count in counts.items()), markup=False, soft_wrap=True)
    return 0


@app.command()
def explain(
    about: Annotated[
        list[str],
        typer.Argument(metavar="LINK|PERSON", help="行标识, row id or P…; with --from the two records"),
    ],
    picture: Annotated[
        Path | None, typer.Option("--picture", help="Draw every weighed pair as a waterfall: .svg, .png or .html (A4)")
    ] = None,
    table: Annotated[
        Path | None, typer.Option("--from", help="File of `exchange link --why`; needs no installation")
    ] = None,
    spec: Annotated[Path | None, typer.Option("--spec", help="With --from: the spec, for its thresholds")] = None,
    period: Annotated[
        str | None, typer.Option("--period", help="Month of the token; default: the newest that has it")
    ] = None,
    home: Home = None,
    why: Reason = "explain",
) -> int:
    """Say why a row is its person's, or why all rows of a person are: rule, bits, runner-up, model, places. No number
    and no name is in it. The act is audited."""
    from exchange.services.reporting.waterfall_files import PROGRAMS, write_pictures

    if len(about) != (1 if table is None else 2):
        raise Usage("name one link or person, or with --from two records", remedy="See exchange explain --help.")
    found = _explained(about[0], period, home, why) if table is None else _explained_table(table, about, spec)
    print_table(found.title, ("项目", "内容"), found.facts)
    for line in found.lines:
        out.print(line, markup=False, soft_wrap=True)
    for listing in found.tables:
        print_table(listing.name, listing.columns, listing.rows)
    if picture is not None:
        program = next(filter(None, map(shutil.which, PROGRAMS)), None)
        for path in write_pictures(found, picture, program):
            err.print(str(path), markup=False, soft_wrap=True)
    return 0


def _explained(about: str, period: str | None, home: Path | None, why: str) -> "Explained":
    from exchange.registry.spec_linkage import linkage_of
    from exchange.services.bundle import open_services
    from exchange.stages.explain import explain as opened
    from exchange.stages.month import registry_of

    month = period_of(period) if period else None
    with open_services(settings_of(home)) as services:
        return opened(
            services, lambda each: linkage_of(registry_of(each, services).linkage), about,
            actor=actor(), why=why, period=month,
        )  # fmt: skip


def _explained_table(table: Path, records: list[str], spec: Path | None) -> "Explained":
    from exchange.registry.spec_link import Thresholds
    from exchange.services.identity.models import read_spec
    from exchange.stages.explain import explain_table

    return explain_table(table, records[0], records[1], read_spec(spec).thresholds if spec else Thresholds())


@app.command()
def recluster(
    apply: Annotated[bool, typer.Option("--apply", help="Let the next month act on it; needs --why and --by")] = False,
    by: Annotated[str | None, typer.Option("--by", help="Who decided it")] = None,
    why: Annotated[str | None, typer.Option("--why", help="Reason, written to the audit log")] = None,
    home: Home = None,
) -> int:
    """Cluster everything ever accepted anew and tell what would change: how many of each kind, and which published
    figures would have been told otherwise. Published months do not move; with --apply the next month acts on it."""
    from exchange.rules.persons.corrigenda import FOUND
    from exchange.services.bundle import open_services
    from exchange.services.config import current_registry
    from exchange.stages.resolve.recluster import apply_recluster, plan_recluster

    if apply and not (by and why):
        raise Usage("--apply needs --by and --why", remedy="Say who decided it, and why.")
    settings = settings_of(home)
    with open_services(settings) as services:
        with err.status("clustering"):
            plan = plan_recluster(current_registry(settings), services)
        print_table(
            f"截至 {plan.known_until} 的全部数据重新认定", ("项目", "数目"),
            [(_COUNTED[name], str(count)) for name, count in plan.counts.items()],
        )  # fmt: skip
        print_table("更正说明（已发布的数字不改动）", FOUND, plan.corrigenda)
        if apply:
            made = apply_recluster(services, plan, asked_by=by or "", actor=actor(), why=why or "")
            out.print(f"{made}：{plan.known_until.next()} 发布时生效", markup=False, soft_wrap=True)
    return 0


_COUNTED = {
    "rows": "计入的数据行", "persons": "人员", "closed": "原始数据已过保存期、维持原状的人员",
    "rows_moved": "改归他人的数据行", "merge": "合并", "split": "拆分", "reassign": "行改归另一已有人员",
}  # fmt: skip
