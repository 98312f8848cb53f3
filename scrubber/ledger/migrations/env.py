"""Run by Alembic with the connection that a ledger is being opened with, in its transaction."""

from alembic import context

from scrubber.ledger.schema import VERSION_TABLE

context.configure(connection=context.config.attributes["connection"], version_table=VERSION_TABLE)
context.run_migrations()
