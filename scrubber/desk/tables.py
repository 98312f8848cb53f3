"""The tables of the desk, in the database of the ledger.

They keep what the desk needs beyond the ledger, which holds no patient data: files as they came,
edits as patches, and releases. A change here needs a migration as those of the ledger do.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

METADATA = MetaData()
FILES = Table(
    "desk_files", METADATA,
    Column("id", Integer, primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("received", String(32), nullable=False),
    Column("who", String(80), nullable=False),
    Column("claims", Integer, nullable=False, server_default="0"),
    Column("content", LargeBinary, nullable=False),
)  # fmt: skip
RELEASES = Table(
    "desk_releases", METADATA,
    Column("id", Integer, primary_key=True),
    Column("file", ForeignKey("desk_files.id"), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("made", String(32), nullable=False),
    Column("who", String(80), nullable=False),
    Column("control", String(9), nullable=False, unique=True),
    Column("claims", Integer, nullable=False),
    Column("cents", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
)  # fmt: skip
CLAIMS = Table(
    "desk_claims", METADATA,
    Column("id", Integer, primary_key=True),
    Column("file", ForeignKey("desk_files.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("claim_id", String(80), nullable=False, index=True),
    Column("patient", String(200), nullable=False),
    Column("payer", String(120), nullable=False, index=True),
    Column("therapist", String(120), nullable=False, index=True),
    Column("service", Date, nullable=True, index=True),
    Column("due", Date, nullable=True, index=True),
    Column("cents", BigInteger, nullable=True),
    Column("state", String(20), nullable=False, index=True),
    Column("reason", String(400), nullable=False),
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("blocks", Text, nullable=False),
    Column("text", String(64), nullable=False),
    Column("findings", Text, nullable=False),
    Column("corrections", Text, nullable=False),
    Column("release", ForeignKey("desk_releases.id"), nullable=True),
    Index("desk_claims_in_file", "file", "number", unique=True),
)  # fmt: skip
EDITS = Table(
    "desk_edits", METADATA,
    Column("id", Integer, primary_key=True),
    Column("claim", ForeignKey("desk_claims.id"), nullable=False, index=True),
    Column("file", ForeignKey("desk_files.id"), nullable=False, index=True),
    Column("made", String(32), nullable=False),
    Column("who", String(80), nullable=False),
    Column("changes", Text, nullable=False),
    Column("patches", Text, nullable=False),
    Column("undone", String(120), nullable=False, server_default=""),
)  # fmt: skip
VERSION = Table(
    "desk_version", METADATA,
    Column("version", Integer, nullable=False),
)  # fmt: skip
