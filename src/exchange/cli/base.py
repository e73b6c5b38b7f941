"""What every command shares: the application, its options, and the only reading of environment and clock."""

import getpass
import os
import sys
import uuid
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Column, Table

from exchange.model.errors import ExchangeError
from exchange.model.period import Period
from exchange.model.run import Run
from exchange.services.settings import Settings, code_version, from_environ

PROJECT = Path(__file__).resolve().parents[3]
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


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table on the terminal; whole when nobody watches."""
    table = Table(*(Column(name, overflow="fold") for name in columns), title=title, title_justify="left")
    for row in rows:
        table.add_row(*row)
    out.print(table)
