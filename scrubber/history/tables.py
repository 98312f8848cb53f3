"""The tables of a ledger. A change here needs a migration (CONTRIBUTING.md)."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, MetaData, String, Table

METADATA = MetaData()
FILES = Table(
    "files", METADATA,
    Column("id", Integer, primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("received", Date, nullable=False),
    Column("claims", Integer, nullable=False, default=0),
    Column("state", String(10), nullable=False),
)  # fmt: skip
INTERCHANGES = Table(
    "interchanges", METADATA,
    Column("file", ForeignKey("files.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("sender", String(40), nullable=False),
    Column("receiver", String(40), nullable=False),
    Column("control", String(20), nullable=False),
    Index("interchanges_by_number", "control", "sender", "receiver"),
)  # fmt: skip
SERVICES = Table(
    "services", METADATA,
    Column("file", ForeignKey("files.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("claim_number", Integer, nullable=False),
    Column("line", Integer, nullable=False),
    Column("claim", String(32), nullable=False),
    Column("frequency", String(4), nullable=False),
    Column("patient", String(32), nullable=False, index=True),
    Column("provider", String(32), nullable=False),
    Column("code", String(48), nullable=False),
    Column("modifiers", String(40), nullable=False),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("place", String(8), nullable=False),
    Column("charge", String(24), nullable=False),
    Column("units", String(24), nullable=False),
    Column("discipline", String(2), nullable=False),
    Column("counted", Integer, nullable=False),
    Column("expected", String(24), nullable=True),
    Column("note", String(10), nullable=False, server_default=""),
    Column("day", String(32), nullable=False, server_default="", index=True),
    Column("number", String(32), nullable=False, server_default="", index=True),
    Column("minutes", Integer, nullable=True),
    Column("authorized", Integer, nullable=False, server_default="0"),
)  # fmt: skip
BALANCES = Table(
    "balances", METADATA,
    Column("patient", String(32), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("bucket", String(2), primary_key=True),
    Column("dollars", String(24), nullable=False),
)  # fmt: skip
NUMBERS = Table(
    "numbers", METADATA,
    Column("sha256", String(64), primary_key=True),
    Column("first", Integer, nullable=False),
    Column("count", Integer, nullable=False),
)  # fmt: skip
CONSENTS = Table(
    "consents", METADATA,
    Column("id", Integer, primary_key=True),
    Column("rule", String(8), nullable=False),
    Column("claim", String(32), nullable=False),
    Column("declined", Integer, nullable=False),
    Column("who", String(200), nullable=False),
    Column("given", Date, nullable=True),
    Column("until", Date, nullable=True),
    Column("reason", String(1000), nullable=False),
    Column("revoked", Date, nullable=True),
    Column("revoked_by", String(200), nullable=False),
)  # fmt: skip
SETTINGS = Table(
    "settings", METADATA,
    Column("name", String(20), primary_key=True),
    Column("value", String(64), nullable=False),
)  # fmt: skip
# What Alembic keeps of the migrations that were run.
VERSION = Table(
    "ledger_version", METADATA,
    Column("version_num", String(32), primary_key=True),
)  # fmt: skip
