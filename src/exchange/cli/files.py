"""Commands about files that come in: the self-check, the rule catalogue, what came back."""

import gc
from pathlib import Path
from typing import Annotated

import typer

from exchange.cli.base import Home, Reason, actor, app, out, settings_of


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="One file, as it would be sent")],
    source: Annotated[
        str | None, typer.Option("--source", help="police, hr, clinic …; default: from the file's name")
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--out", help="Workbook of the problems; default: <name>.问题.xlsx beside the file")
    ] = None,
    home: Home = None,
) -> int:
    """Judge one file with the same reader and rules, without any database; the verdict is in Chinese."""
    from exchange.services.config import current_registry
    from exchange.stages.check import check_file

    gc.disable()  # one file and out: looking for garbage costs more than it would ever find
    verdict = check_file(file, source, current_registry(settings_of(home)))
    for line in verdict.lines:
        out.print(line, markup=False, soft_wrap=True)
    if verdict.workbook is not None:
        target = to or file.with_name(f"{file.stem}.问题.xlsx")
        target.write_bytes(verdict.workbook())
        out.print(f"问题明细见 {target}", markup=False, soft_wrap=True)
    return 0 if verdict.fine else 1


@app.command()
def rules(
    to: Annotated[Path | None, typer.Option("--out", help="File; default: reports/rules.html in the home")] = None,
    home: Home = None,
) -> int:
    """Write the rule catalogue as one Chinese page, built from the declarations; prints where it is."""
    from exchange.rules.reporting.catalogue import catalogue_view
    from exchange.services.config import current_registry
    from exchange.services.reporting.catalogue import file_catalogue, render_catalogue

    settings = settings_of(home)
    page = render_catalogue(catalogue_view(current_registry(settings)))
    out.print(str(file_catalogue(page, to or settings.under("reports") / "rules.html")), markup=False, soft_wrap=True)
    return 0


@app.command("return")
def import_returned(
    file: Annotated[Path, typer.Argument(help="A workbook of ours that came back with answers or corrected rows")],
    asked_by: Annotated[
        str | None, typer.Option("--asked-by", help="Who asks; default: the unit it was sent to")
    ] = None,
    approver: Annotated[str | None, typer.Option("--approver", help="Who approved the corrections")] = None,
    home: Home = None,
    why: Reason = "退回的核实结果或更正",
) -> int:
    """Take over, by row token, a township's answers or a sender's corrected rows. The act is audited."""
    from exchange.services.bundle import open_services
    from exchange.services.config import current_registry
    from exchange.stages.own_corrections import Hands
    from exchange.stages.returned import import_returned as take

    settings = settings_of(home)
    with open_services(settings) as services:
        lines = take(services, current_registry(settings), file, Hands(actor(), why, asked_by, approver))
    for line in lines:
        out.print(line, markup=False, soft_wrap=True)
    return 0
