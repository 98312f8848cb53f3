"""Which version of the tables a ledger has, and how an older one gets those of today.

A change of `tables.py` needs a revision in `migrations/versions` and its number here; a test
compares both.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, select

from scrubber.history.tables import METADATA, VERSION

CURRENT = "0007"


class NewerSchemaError(Exception):
    """A ledger that a later version of the program made."""


def bring_up_to_date(connection: Connection) -> str:
    """Make the tables of a new ledger, and give an older one those of today; the version it had,
    empty where nothing was changed. Raises NewerSchemaError, whose message says what to do."""
    found = _version_of(connection)
    if found > CURRENT:
        raise NewerSchemaError(
            f"a later version of the program made it (schema {found}, this one knows {CURRENT}); "
            "use that version, or a backup from before"
        )
    if not found:
        METADATA.create_all(connection)
    if not found or not inspect(connection).has_table(VERSION.name):
        VERSION.create(connection, checkfirst=True)
        connection.execute(VERSION.insert().values(version_num=found or CURRENT))
    if found in ("", CURRENT):
        return ""
    upgrade(connection, "head")
    return found


def upgrade(connection: Connection, revision: str) -> None:
    """Run the migrations up to a revision, in the transaction of the connection."""
    # Alembic takes longer to import than most ledgers take to be opened.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    command.upgrade(config, revision)


def _version_of(connection: Connection) -> str:
    """The version of a ledger's tables; empty where there are none. Ledgers had no number at
    first."""
    found = inspect(connection)
    if found.has_table(VERSION.name):
        return str(connection.execute(select(VERSION.c.version_num)).scalar_one())
    if not found.has_table("files"):
        return ""
    if not found.has_table("numbers"):
        return "0001"
    if "note" not in {column["name"] for column in found.get_columns("services")}:
        return "0002"
    return "0004" if found.has_table("settings") else "0003"
