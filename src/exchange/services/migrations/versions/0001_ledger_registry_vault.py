"""Schemas ledger, registry and vault: what happened, who is who, and the sealed numbers."""

from collections.abc import Sequence
from importlib import resources

from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_PARTS = ("0001_ledger.sql", "0001_audit.sql", "0001_registry.sql", "0001_vault.sql")


def upgrade() -> None:
    """Runs the frozen DDL beside this file: definitions in `services.tables` move on, a released version does not."""
    folder = resources.files("exchange.services.migrations").joinpath("versions", "ddl")
    for part in _PARTS:
        op.get_bind().exec_driver_sql(folder.joinpath(part).read_text(encoding="utf-8"))


def downgrade() -> None:
    """Nothing goes back: the ledger is evidence. Restore a backup instead."""
    raise NotImplementedError("the ledger is never dropped; restore a backup")
