"""Schemas core and mart: what is known of persons, and what each month says of them."""

from collections.abc import Sequence
from importlib import resources

from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_PARTS = ("0002_core.sql", "0002_mart.sql")


def upgrade() -> None:
    """Runs the frozen DDL beside this file."""
    folder = resources.files("exchange.services.migrations").joinpath("versions", "ddl")
    for part in _PARTS:
        op.get_bind().exec_driver_sql(folder.joinpath(part).read_text(encoding="utf-8"))


def downgrade() -> None:
    """Nothing goes back: published months are evidence. Restore a backup instead."""
    raise NotImplementedError("published months are never dropped; restore a backup")
