"""Indicators: what their variants and grains need."""

from collections.abc import Sequence

from exchange.services.migrations.frozen import apply, never_back

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Runs the frozen DDL beside this file."""
    apply("0012_indicators")


downgrade = never_back
