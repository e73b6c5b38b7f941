"""Recluster: what a full clustering on demand leaves behind."""

from collections.abc import Sequence

from exchange.services.migrations.frozen import apply, never_back

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Runs the frozen DDL beside this file."""
    apply("0013_recluster")


downgrade = never_back
