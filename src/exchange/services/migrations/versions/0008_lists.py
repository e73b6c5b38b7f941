"""Lists: answers that change an item, changes, archives, handovers."""

from collections.abc import Sequence

from exchange.services.migrations.frozen import apply, never_back

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Runs the frozen DDL beside this file."""
    apply("0008_lists")


downgrade = never_back
