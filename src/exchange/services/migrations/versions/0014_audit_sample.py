"""Reopening and audit sample: months taken back, and the rows drawn to be checked by hand."""

from collections.abc import Sequence

from exchange.services.migrations.frozen import apply, never_back

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Runs the frozen DDL beside this file."""
    apply("0014_audit_sample")


downgrade = never_back
