"""Trace: who counted in every published indicator, and the rules as they stood when a month was published."""

from collections.abc import Sequence
from importlib import resources

from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Runs the frozen DDL beside this file."""
    ddl = resources.files("exchange.services.migrations").joinpath("versions", "ddl", "0010_trace.sql")
    op.get_bind().exec_driver_sql(ddl.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Nothing goes back: published months are evidence. Restore a backup instead."""
    raise NotImplementedError("published months are never dropped; restore a backup")
