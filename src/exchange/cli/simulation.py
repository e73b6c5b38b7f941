"""Commands of the simulated district."""

from pathlib import Path
from typing import Annotated

import typer

from exchange.cli.base import PROJECT, app


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
