"""Sources: corrections sent back, database views, what was seen in earlier months."""

from collections.abc import Sequence

from exchange.services.migrations.frozen import apply, never_back

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Runs the frozen DDL beside this file."""
    apply("0009_sources")


downgrade = never_back
