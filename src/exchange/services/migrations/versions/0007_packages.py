"""Packages: protection, receipts and resends of what was delivered."""

from collections.abc import Sequence

from exchange.services.migrations.frozen import apply, never_back

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Runs the frozen DDL beside this file."""
    apply("0007_packages")


downgrade = never_back
