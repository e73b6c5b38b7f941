"""Commands for the auditor: every figure, disclosure and byte can be opened."""

from pathlib import Path
from typing import Annotated

import typer

from exchange.cli.base import (
    Home,
    PeriodArgument,
    Reason,
    actor,
    app,
    new_run,
    out,
    period_of,
    print_table,
    settings_of,
)


@app.command()
def trace(
    period: PeriodArgument,
    figure: Annotated[
        str,
        typer.Argument(help="K05, K01:卡介苗, inflow, NEW, AGED_IN:children_0_6, R05, 0401, a person P…, or 行标识"),
    ],
    township: Annotated[str | None, typer.Argument(help="Township (for a rule also a sender) by code or name")] = None,
    to: Annotated[Path | None, typer.Option("--out", help="Write the trace sheet for the auditor (.xlsx)")] = None,
    now: Annotated[
        bool, typer.Option("--now", help="Beside what was published: what is known today (K05, all)")
    ] = False,
    generation: Annotated[
        int | None, typer.Option("--generation", help="An earlier publication of the month; default: the newest")
    ] = None,
    home: Home = None,
    why: Reason = "trace",
) -> int:
    """Open a published figure down to persons (by id), source rows, files and rule texts. The act is audited."""
    from exchange.services.bundle import open_services
    from exchange.services.config import current_registry
    from exchange.services.sheets.trace_sheet import write_trace
    from exchange.stages.trace import open_figure

    settings, month = settings_of(home), period_of(period)
    with open_services(settings) as services:
        registry = current_registry(settings)
        found = open_figure(
            services, registry, month, figure, township, actor=actor(), why=why, now=now, generation=generation
        )
    if to is not None:
        write_trace(found, to)
    print_table(found.title, ("项目", "内容"), found.facts)
    for table in found.tables if to is None else ():
        print_table(table.name, table.columns, table.rows)
    return 0 if found.agrees else 1


@app.command()
def diff(period: PeriodArgument, home: Home = None) -> int:
    """What a month changes against the one before: lists, targets crossed, identities; and a later generation against
    the one it corrects. Before publication, for the first time or again, it is rehearsed and rolled back."""
    from exchange.services.bundle import open_services
    from exchange.stages.changes import month_changes
    from exchange.stages.month import registry_of
    from exchange.stages.publish import rehearse_period

    month = period_of(period)
    with open_services(settings_of(home)) as services:
        registry = registry_of(month, services)
        tables = rehearse_period(
            new_run(month),
            registry,
            services,
            lambda conn, generation: month_changes(services, registry, month, conn, generation),
        )
    for table in tables:
        print_table(f"{month} {table.name}", table.columns, table.rows)
    return 0


@app.command()
def disclosures(
    person: Annotated[str, typer.Argument(help="The person's id, P…")], home: Home = None, why: Reason = "disclosures"
) -> int:
    """Every file in which a row of a person ever left, and to whom. The act is audited."""
    from exchange.services.bundle import open_services
    from exchange.services.config import current_registry
    from exchange.services.disclosures import disclosures_of

    settings = settings_of(home)
    with open_services(settings) as services:
        print_table(*disclosures_of(services, current_registry(settings), person, actor=actor(), why=why))
    return 0


@app.command()
def verify(
    home: Home = None,
    verifier: Annotated[
        Path | None, typer.Option("--write-verifier", help="Write the one-file offline verifier there, and stop")
    ] = None,
) -> int:
    """Check the proof: landed bytes, row accounting, balances, packages, signatures, receipts and the audit chain."""
    from exchange.services.bundle import open_services
    from exchange.services.delivery.outbox import outbox_of
    from exchange.services.delivery.verifier import write_verifier
    from exchange.services.verification import verify_home

    with open_services(settings_of(home)) as services:
        if verifier is not None:
            write_verifier(outbox_of(services).public_keys(), verifier)
            return 0
        results = verify_home(services)
    print_table("verify", ("check", "examined", "result"), [(r.name, str(r.examined), r.verdict) for r in results])
    return 0 if all(r.good for r in results) else 1


@app.command()
def sample(
    period: PeriodArgument,
    size: Annotated[int, typer.Option("--size", min=1, help="Rows of every township")] = 20,
    seed: Annotated[str, typer.Option("--seed", help="The auditor's own text; default: the publication's digest")] = "",
    to: Annotated[
        Path | None, typer.Option("--out", help="The sheet (.xlsx); default: in the home's reports folder")
    ] = None,
    answers: Annotated[Path | None, typer.Option("--answers", help="The sheet as it came back, filled in")] = None,
    home: Home = None,
    why: Reason = "审计抽样",
) -> int:
    """Draw published rows for an auditor to check against their files, or take over what he found. Audited."""
    from exchange.services.bundle import open_services
    from exchange.stages.month import registry_of
    from exchange.stages.sample import draw_sample, import_sample

    settings, month = settings_of(home), period_of(period)
    with open_services(settings) as services:
        registry = registry_of(month, services)
        if answers is not None:
            lines, table = import_sample(services, registry, month, answers, actor=actor(), why=why)
            for line in lines:
                out.print(line, markup=False, soft_wrap=True)
            print_table(table.name, table.columns, table.rows)
            return 0
        target = to or settings.under("reports", str(month)) / f"审计抽样_{month}.xlsx"
        rows = draw_sample(services, registry, month, size=size, seed=seed, to=target, actor=actor(), why=why)
    out.print(f"抽出{rows}行 → {target}", markup=False, soft_wrap=True)
    return 0
