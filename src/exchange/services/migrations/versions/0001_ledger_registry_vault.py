"""Schemas ledger, registry and vault: what happened, who is who, and the sealed numbers."""

from collections.abc import Sequence

from exchange.services.migrations.frozen import apply, never_back

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Runs the frozen DDL beside this file."""
    apply("0001_ledger", "0001_audit", "0001_registry", "0001_vault")


downgrade = never_back
