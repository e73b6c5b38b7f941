"""Schemas core and mart: what is known of persons, and what each month says of them."""

from collections.abc import Sequence

from exchange.services.migrations.frozen import apply, never_back

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Runs the frozen DDL beside this file."""
    apply("0002_core", "0002_mart")


downgrade = never_back
