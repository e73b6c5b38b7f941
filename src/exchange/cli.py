"""The command line: the only reader of arguments, environment and clock. It parses, calls, prints; nothing else."""

import getpass
import os
import sys
import traceback
import uuid
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Column, Table

from exchange.model.errors import ExchangeError
from exchange.model.period import Period
from exchange.model.run import Receipt, Run
from exchange.services.settings import Settings, code_version, from_environ

PROJECT = Path(__file__).resolve().parents[2]
TIME_ZONE = ZoneInfo("Asia/Shanghai")

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    # A pretty traceback prints local variables, and rows are local variables.
    pretty_exceptions_enable=False,
    help="The monthly exchange of records that gets migrants the same public-health services as everyone else.",
)
# Into a file or a pipe a table is as wide as it needs; nothing an operator greps for is cut.
out = Console(highlight=False, width=None if sys.stdout.isatty() else 220)
err = Console(stderr=True, highlight=False)

Home = Annotated[
    Path | None, typer.Option("--home", help="Folder that holds all state. Default: EXCHANGE_HOME or .exchange")
]
PeriodArgument = Annotated[str, typer.Argument(metavar="PERIOD", help="The month, like 2026-10")]
Reason = Annotated[str, typer.Option("--why", help="Reason, written to the audit log")]


class Usage(ExchangeError):
    """The words of the call do not fit together."""

    exit_code = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit code. Errors of ours are told in two lines, without a traceback."""
    try:
        result = app(args=list(argv) if argv is not None else None, standalone_mode=False)
    except ExchangeError as error:
        err.print(f"exchange: {error}\n  → {error.remedy}", markup=False, soft_wrap=True)
        return error.exit_code
    except typer.Exit as stop:
        return stop.exit_code
    except typer.Abort:
        err.print("exchange: stopped")
        return 130
    except KeyboardInterrupt:
        err.print("exchange: stopped")
        return 130
    except Exception as error:
        if hasattr(error, "show") and hasattr(error, "exit_code"):  # click's own usage errors
            error.show()
            return int(error.exit_code)
        # A library's words may quote a cell: where it happened is printed, what it said is not.
        err.print(f"exchange: a defect of the program ({type(error).__name__}) at", markup=False)
        err.print("".join(traceback.format_tb(error.__traceback__)), markup=False, soft_wrap=True)
        return 70
    return int(result) if isinstance(result, int) else 0


def settings_of(home: Path | None, **over: Path | None) -> Settings:
    """Settings from the environment, with what the command line says on top."""
    environ = dict(os.environ)
    for name, value in {"home": home, **over}.items():
        if value is not None:
            environ[f"EXCHANGE_{name.upper()}"] = str(value)
    return from_environ(environ, code_version=code_version(), project=PROJECT)


def period_of(label: str) -> Period:
    """The month the user named. Raises Usage with an example."""
    try:
        return Period.parse(label)
    except ValueError as error:
        raise Usage(str(error), remedy="Write the month as four digits, a dash, two digits.") from None


def actor() -> str:
    """Who is sitting here, for the audit log."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def new_run(period: Period, *, final: bool = True) -> Run:
    """A run that begins now."""
    return Run(f"cli-{uuid.uuid4().hex[:12]}", period, "", final, datetime.now(TIME_ZONE), actor())


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
def export(
    what: Annotated[Literal["links", "dispositions", "lists", "figures"], typer.Argument(help="What to write out")],
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
def check(
    file: Annotated[Path, typer.Argument(help="One file, as it would be sent")],
    source: Annotated[
        str | None, typer.Option("--source", help="police, hr, clinic …; default: from the file's name")
    ] = None,
    home: Home = None,
) -> int:
    """Judge one file with the same reader and rules, without any database; the verdict is in Chinese."""
    from exchange.services.config import current_registry
    from exchange.stages.check import check_file

    verdict = check_file(file, source, current_registry(settings_of(home)))
    for line in verdict.lines:
        out.print(line, markup=False, soft_wrap=True)
    return 0 if verdict.fine else 1


@app.command()
def rules(
    to: Annotated[Path | None, typer.Option("--out", help="File; default: reports/rules.html in the home")] = None,
    home: Home = None,
) -> int:
    """Write the rule catalogue as one Chinese page, built from the declarations; prints where it is."""
    from exchange.rules.catalogue import catalogue_view
    from exchange.services.catalogue import file_catalogue, render_catalogue
    from exchange.services.config import current_registry

    settings = settings_of(home)
    page = render_catalogue(catalogue_view(current_registry(settings)))
    out.print(str(file_catalogue(page, to or settings.under("reports") / "rules.html")), markup=False, soft_wrap=True)
    return 0


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
def status(period: Annotated[str | None, typer.Argument(metavar="[PERIOD]")] = None, home: Home = None) -> int:
    """What is missing, held, published and undelivered, and the next command to type."""
    from exchange.services.bundle import open_services
    from exchange.services.config import current_registry
    from exchange.services.inspection import status_of

    settings = settings_of(home)
    with open_services(settings) as services:
        month = period_of(period) if period else None
        for title, columns, rows in status_of(services, current_registry(settings), month):
            _print_table(title, columns, rows)
    return 0


@app.command()
def trace(
    period: PeriodArgument,
    figure: Annotated[str, typer.Argument(help="A list, figure or row token, e.g. inflow, K05, or 行标识")],
    township: Annotated[str | None, typer.Argument(help="Township code or name")] = None,
    home: Home = None,
    why: Reason = "trace",
) -> int:
    """Open a published figure down to persons (by id), source rows and files. The act is audited."""
    from exchange.services.bundle import open_services
    from exchange.services.inspection import trace_figure
    from exchange.stages.month import registry_of

    month = period_of(period)
    with open_services(settings_of(home)) as services:
        registry = registry_of(month, services)
        tables = trace_figure(services, registry, month, figure, township, actor=actor(), why=why)
        for title, columns, rows in tables:
            _print_table(title, columns, rows)
    return 0


@app.command("return")
def import_returned(
    file: Annotated[Path, typer.Argument(help="A township's workbook that came back with answers")],
    home: Home = None,
    why: Reason = "镇街退回核实结果",
) -> int:
    """Take over what a clerk answered in a workbook, by row token. The act is audited."""
    from exchange.services.bundle import open_services
    from exchange.services.config import current_registry
    from exchange.stages.answers import import_answers

    settings = settings_of(home)
    with open_services(settings) as services:
        lines = import_answers(services, current_registry(settings), file, actor=actor(), why=why)
    for line in lines:
        out.print(line, markup=False, soft_wrap=True)
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
        _print_table(*disclosures_of(services, current_registry(settings), person, actor=actor(), why=why))
    return 0


@app.command()
def verify(home: Home = None) -> int:
    """Check the proof: landed bytes, row accounting, balances, packages and the audit chain."""
    from exchange.services.bundle import open_services
    from exchange.services.verification import verify_home

    with open_services(settings_of(home)) as services:
        results = verify_home(services)
    _print_table("verify", ("check", "examined", "result"), [(r.name, str(r.examined), r.verdict) for r in results])
    return 0 if all(r.good for r in results) else 1


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


@app.command()
def demo(
    home: Annotated[Path, typer.Option(help="Made anew each time")] = PROJECT / ".demo",
    people: Annotated[int, typer.Option(help="Size of the simulated district")] = 2400,
    months: Annotated[int, typer.Option(help="How many months")] = 3,
) -> int:
    """A simulated district through real Airflow, embedded PostgreSQL and SFTP; nothing keeps running afterwards."""
    from exchange.demo.run import demo as run_demo

    return run_demo(home, people=people, months=months)


@app.command()
def up(home: Annotated[Path, typer.Option(help="Kept between calls")] = PROJECT / ".demo") -> int:
    """The demo, left running on 127.0.0.1 until Ctrl-C."""
    from exchange.demo.run import up as run_up

    return run_up(home)


@app.command()
def clean(home: Annotated[Path, typer.Option(help="The demo's home")] = PROJECT / ".demo") -> int:
    """Stop the demo's servers if any are left and remove its home."""
    from exchange.demo.run import clean as remove

    remove(home)
    return 0


def _line(receipt: Receipt) -> str:
    """One stage in one line: counts only."""
    more = " ".join(f"{key}={value}" for key, value in receipt.detail.items() if isinstance(value, int) and value)
    return (
        f"{receipt.stage:<9}{receipt.subject:<8} in {receipt.rows_in:>8}  out {receipt.rows_out:>8}  "
        f"aside {receipt.rows_aside:>6}  {receipt.outcome}  {more}"
    )


def _print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = Table(*(Column(name, overflow="fold") for name in columns), title=title, title_justify="left")
    for row in rows:
        table.add_row(*row)
    out.print(table)


if __name__ == "__main__":
    sys.exit(main())
