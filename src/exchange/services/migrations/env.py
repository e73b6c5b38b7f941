"""Runs the migrations on the connection `Warehouse.migrate` hands over, in its transaction."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, version_table_schema="ledger", transaction_per_migration=False)
with context.begin_transaction():
    context.run_migrations()
