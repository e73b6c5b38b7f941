"""Shared: what several statements ask of the registers, said once."""

from collections.abc import Sequence

from exchange.services.migrations.frozen import apply, never_back

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Runs the frozen DDL beside this file."""
    apply("0011_shared")


downgrade = never_back
