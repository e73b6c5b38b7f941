"""The demo's last words: each month in numbers, read from PostgreSQL, and the files worth opening."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.table import Table

from exchange.model.period import Period
from exchange.registry.load import Registry
from exchange.services.bundle import Services

Numbers = dict[str, int]

GROUPS = {
    "deliveries": ("expected", "received", "missing", "duplicate", "superseded", "refused"),
    "rows": ("rows_received", "accepted", "warned", "set_aside", "ignored"),
    "persons": ("persons_new", "persons_known", "to_review"),
    "packages": ("packages_made", "packages_delivered"),
}


def numbers_of(services: Services, registry: Registry, period: Period) -> Numbers:
    """One month's numbers by the names in GROUPS; a sender is missing when no file of its own came for the month."""
    with services.warehouse.transaction() as conn:
        found = services.warehouse.query(conn, "demo/month", {"period": str(period)})
        reported = services.warehouse.query(conn, "inspect/reported", {"period": str(period)})
    seen = set(zip(reported["source"], reported["unit_code"], strict=True)) if len(reported) else set()
    sources = registry.sources.values()
    senders = [(source.name, unit.unit_code) for source in sources for unit in registry.senders(source)]
    numbers = {str(name): int(found[name].iloc[0]) for name in found.columns}
    return {**numbers, "expected": len(senders), "missing": sum(sender not in seen for sender in senders)}


def table_of(months: Sequence[tuple[Period, Numbers]]) -> Table:
    """The months side by side, a line per number."""
    table = Table(title="What became of the months", title_justify="left")
    table.add_column("")
    for period, _ in months:
        table.add_column(str(period), justify="right")
    for group, names in GROUPS.items():
        for name in names:
            label = f"{group} {name.removeprefix(f'{group}_').replace('_', ' ')}"
            values = [f"{numbers[name]:,}" for _, numbers in months]
            table.add_row(label, *values, end_section=name == names[-1])
    return table


def where_to_look(home: Path, period: Period) -> Iterator[tuple[str, Path]]:
    """(what it is, the file) for a township's workbook, an agency's list of errors and the validation report."""
    accounts = home / "sftp" / "files"
    wanted = (
        ("a township's workbook", accounts, "office-*/**/*.xlsx"),
        ("a health centre's list", accounts, "center-*/**/*.xlsx"),
        ("an agency's list of errors", accounts, "*/**/*反馈*.xlsx"),
        ("the validation report", home / "reports", "**/*.html"),
        ("the auditor's copy", accounts, "auditor/**/*.html"),
    )
    for what, folder, pattern in wanted:
        found = sorted(path for path in folder.glob(pattern) if str(period) in str(path) and not _asks_password(path))
        if found:
            # The largest one has most to show.
            yield what, max(found, key=lambda path: (path.stat().st_size, path.name))


def _asks_password(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == bytes.fromhex("d0cf11e0")
