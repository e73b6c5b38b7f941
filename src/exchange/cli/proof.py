"""Commands for the auditor: every figure, disclosure and byte can be opened."""

from pathlib import Path
from typing import Annotated

import typer

from exchange.cli.base import Home, PeriodArgument, Reason, actor, app, new_run, period_of, print_table, settings_of


@app.command()
def trace(
    period: PeriodArgument,
    figure: Annotated[str, typer.Argument(help="K05, inflow, NEW, CLOSING, R05, 0401, a person P…, or 行标识")],
    township: Annotated[str | None, typer.Argument(help="Township (for a rule also a sender) by code or name")] = None,
    to: Annotated[Path | None, typer.Option("--out", help="Write the trace sheet for the auditor (.xlsx)")] = None,
    now: Annotated[
        bool, typer.Option("--now", help="Beside what was published: what is known today (K05, all)")
    ] = False,
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
        found = open_figure(services, registry, month, figure, township, actor=actor(), why=why, now=now)
    if to is not None:
        write_trace(found, to)
    print_table(found.title, ("项目", "内容"), found.facts)
    for table in found.tables if to is None else ():
        print_table(table.name, table.columns, table.rows)
    return 0 if found.agrees else 1


@app.command()
def diff(period: PeriodArgument, home: Home = None) -> int:
    """What a month changes against the one before: lists, targets crossed, identities. Before publication it is
    rehearsed and rolled back."""
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
