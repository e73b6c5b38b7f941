"""Commands about who is who."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from exchange.cli.base import TIME_ZONE, Home, app, err, settings_of


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
