"""Commands for the auditor: every figure, disclosure and byte can be opened."""

from typing import Annotated

import typer

from exchange.cli.base import Home, PeriodArgument, Reason, actor, app, period_of, print_table, settings_of


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
            print_table(title, columns, rows)
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
def verify(home: Home = None) -> int:
    """Check the proof: landed bytes, row accounting, balances, packages and the audit chain."""
    from exchange.services.bundle import open_services
    from exchange.services.verification import verify_home

    with open_services(settings_of(home)) as services:
        results = verify_home(services)
    print_table("verify", ("check", "examined", "result"), [(r.name, str(r.examined), r.verdict) for r in results])
    return 0 if all(r.good for r in results) else 1
