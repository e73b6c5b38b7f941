"""Decisions: what people said about who is who, and splits."""

from collections.abc import Sequence

from exchange.services.migrations.frozen import apply, never_back

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Runs the frozen DDL beside this file."""
    apply("0006_decisions")


downgrade = never_back
