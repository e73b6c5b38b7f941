"""How every version is applied: the DDL frozen beside it is run as it stands, and nothing goes back."""

from importlib import resources

from alembic import op


def apply(*names: str) -> None:
    """Runs these files of `versions/ddl`: definitions in `services.tables` move on, a released version does not."""
    folder = resources.files("exchange.services.migrations").joinpath("versions", "ddl")
    for name in names:
        op.get_bind().exec_driver_sql(folder.joinpath(f"{name}.sql").read_text(encoding="utf-8"))


def never_back() -> None:
    """Ledger and published months are evidence. Raises NotImplementedError always."""
    raise NotImplementedError("what was recorded is never dropped; restore a backup")
