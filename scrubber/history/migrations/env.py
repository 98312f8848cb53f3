"""Run by Alembic with the connection that a ledger is being opened with, in its transaction."""

from alembic import context

from scrubber.history.tables import VERSION

context.configure(connection=context.config.attributes["connection"], version_table=VERSION.name)
context.run_migrations()
