"""Care: the day of a dose, and the lists of services due, people unserved and handovers."""

from collections.abc import Sequence

from exchange.services.migrations.frozen import apply, never_back

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Runs the frozen DDL beside this file."""
    apply("0003_care")


downgrade = never_back
