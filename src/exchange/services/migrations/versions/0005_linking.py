"""Linking: the evidence of a link, the month's quality figure."""

from collections.abc import Sequence

from exchange.services.migrations.frozen import apply, never_back

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Runs the frozen DDL beside this file."""
    apply("0005_linking")


downgrade = never_back
