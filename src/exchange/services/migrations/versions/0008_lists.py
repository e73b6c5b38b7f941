"""Lists: answers that change an item, changes, archives, handovers."""

from collections.abc import Sequence
from importlib import resources

from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Runs the frozen DDL beside this file."""
    ddl = resources.files("exchange.services.migrations").joinpath("versions", "ddl", "0008_lists.sql")
    op.get_bind().exec_driver_sql(ddl.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Nothing goes back: published months are evidence. Restore a backup instead."""
    raise NotImplementedError("published months are never dropped; restore a backup")
