"""Alembic environment and versions; applied by `Warehouse.migrate`."""
