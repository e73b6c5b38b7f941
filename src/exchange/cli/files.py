"""Commands about files that come in: the self-check, the rule catalogue, what came back."""

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
