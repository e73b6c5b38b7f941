"""Reports: lines of the monthly report, and the answers townships send back."""

from collections.abc import Sequence

from exchange.services.migrations.frozen import apply, never_back

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Runs the frozen DDL beside this file."""
    apply("0004_reports")


downgrade = never_back
