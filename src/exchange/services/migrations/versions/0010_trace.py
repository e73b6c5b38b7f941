"""Trace: who counted in every published indicator, and the rules as they stood when a month was published."""

from collections.abc import Sequence

from exchange.services.migrations.frozen import apply, never_back

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Runs the frozen DDL beside this file."""
    apply("0010_trace")


downgrade = never_back
