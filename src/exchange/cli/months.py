"""Commands that run a month and say where it stands."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from exchange.cli.base import (
    Home,
    PeriodArgument,
    Reason,
    actor,
    app,
    err,
    new_run,
    period_of,
    print_table,
    settings_of,
)
from exchange.model.run import Receipt


@app.command()
def run(
    period: PeriodArgument,
    drops: Annotated[Path | None, typer.Option(help="Folder laid out like the agencies' SFTP accounts")] = None,
    units: Annotated[Path | None, typer.Option(help="Registry of senders (CSV); kept for later commands")] = None,
    home: Home = None,
    draft: Annotated[bool, typer.Option("--draft", help="Land, read and validate only; publish nothing")] = False,
) -> int:
    """Run every stage of a month here, without Airflow. A published month changes nothing."""
    from exchange.services.bundle import open_services
    from exchange.services.config import remember_senders
    from exchange.stages.month import run_month

    settings = settings_of(home, drops=drops)
    if units is not None:
        remember_senders(settings, units)
    with open_services(settings) as services, err.status("starting") as status:

        def watch(receipt: Receipt) -> None:
            err.print(_line(receipt), markup=False, soft_wrap=True)
            status.update(f"after {receipt.stage} {receipt.subject}")

        run_month(new_run(period_of(period), final=not draft), services, watch)
    return 0


@app.command()
def reopen(
    period: PeriodArgument,
    by: Annotated[str, typer.Option("--by", help="Who asks for it")],
    approved_by: Annotated[str, typer.Option("--approved-by", help="Who approves it; somebody else")],
    why: Annotated[str, typer.Option("--why", help="Reason, written to the audit log; no value of a person")],
    home: Home = None,
) -> int:
    """Open the newest published month again: `exchange run` then publishes it as its next generation. What was
    published and sent stays; only those whose content changes get a correction. The act is audited."""
    from exchange.services.bundle import open_services
    from exchange.stages.reopen import reopen_period

    with open_services(settings_of(home)) as services:
        done = reopen_period(services, period_of(period), asked_by=by, approved_by=approved_by, why=why, actor=actor())
    err.print(
        f"{done.period} is open again: {done.rows} rows put back, {done.files} late files given back; "
        f"`exchange run {done.period}` publishes generation {done.generation}",
        markup=False,
        soft_wrap=True,
    )
    return 0


@app.command()
def status(period: Annotated[str | None, typer.Argument(metavar="[PERIOD]")] = None, home: Home = None) -> int:
    """What is missing, held, published and undelivered, and the next command to type."""
    from exchange.services.bundle import open_services
    from exchange.services.config import current_registry
    from exchange.services.inspection import status_of

    settings = settings_of(home)
    with open_services(settings) as services:
        month = period_of(period) if period else None
        for title, columns, rows in status_of(services, current_registry(settings), month):
            print_table(title, columns, rows)
    return 0


@app.command()
def export(
    what: Annotated[Literal["links", "dispositions", "lists", "figures", "events"], typer.Argument()],
    period: PeriodArgument,
    to: Annotated[Path, typer.Option("--out", help="File; .parquet, .csv or .json")],
    home: Home = None,
    why: Reason = "export",
) -> int:
    """Write a table of the published months to a file. The act is audited."""
    from exchange.services.bundle import open_services
    from exchange.services.export import export_to

    with open_services(settings_of(home)) as services:
        rows = export_to(services, what, period_of(period), to, actor=actor(), why=why)
    err.print(f"{rows} rows → {to}", markup=False)
    return 0


@app.command()
def migrate(home: Home = None) -> int:
    """Bring the database to this version's tables. Safe to repeat."""
    from exchange.services.bundle import open_services

    with open_services(settings_of(home)):
        err.print("the database is up to date")
    return 0


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def db(context: typer.Context, home: Home = None) -> int:
    """Open psql on the home's database, or run the command after -- with its URLs in the environment."""
    from exchange.demo.run import db as open_db

    return open_db(settings_of(home).home, context.args)


def _line(receipt: Receipt) -> str:
    """One stage in one line: counts only."""
    more = " ".join(f"{key}={value}" for key, value in receipt.detail.items() if isinstance(value, int) and value)
    return (
        f"{receipt.stage:<9}{receipt.subject:<8} in {receipt.rows_in:>8}  out {receipt.rows_out:>8}  "
        f"aside {receipt.rows_aside:>6}  {receipt.outcome}  {more}"
    )
