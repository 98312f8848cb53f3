"""The tables of a ledger. A change here needs a migration (CONTRIBUTING.md)."""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

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
# The register: each claim of each file, what was found in it, and what became of it. Claim numbers,
# payers and therapists are as reports show them; patients, members and providers are keyed hashes.
# Money is in cents.
CLAIMS = Table(
    "claims", METADATA,
    Column("file", ForeignKey("files.id", ondelete="CASCADE"), primary_key=True),
    Column("claim_number", Integer, primary_key=True, autoincrement=False),
    Column("claim_id", String(80), nullable=False, index=True),
    Column("lineage", String(32), nullable=False, index=True),
    Column("content", String(32), nullable=False, index=True),
    Column("patient", String(32), nullable=False, index=True),
    Column("member", String(32), nullable=False, index=True),
    Column("providers", String(200), nullable=False),
    Column("responsibility", String(8), nullable=False),
    Column("batch", String(80), nullable=False),
    Column("made_on", Date, nullable=True),
    Column("replaces", String(80), nullable=False, index=True),
    Column("frequency", String(8), nullable=False),
    Column("payer_id", String(80), nullable=False),
    Column("payer_name", String(120), nullable=False),
    Column("profile", String(80), nullable=False),
    Column("rendering", String(80), nullable=False),
    Column("therapist", String(120), nullable=False),
    Column("charge", BigInteger, nullable=True),
    Column("expected", BigInteger, nullable=True),
    Column("paid", BigInteger, nullable=True),
    Column("denied", BigInteger, nullable=True),
    Column("first", Date, nullable=True),
    Column("last", Date, nullable=True),
    Column("due", Date, nullable=True),
    Column("lines", Integer, nullable=False),
    Column("entered", String(30), nullable=False),
    Column("state", String(30), nullable=False, index=True),
    Column("state_on", Date, nullable=False),
    Column("reasons", String(400), nullable=False),
)  # fmt: skip
CLAIM_FINDINGS = Table(
    "claim_findings", METADATA,
    Column("file", ForeignKey("files.id", ondelete="CASCADE"), primary_key=True),
    Column("claim_number", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("line", Integer, nullable=True),
    Column("rule", String(20), nullable=False),
    Column("severity", String(10), nullable=False),
    Column("fixed", Integer, nullable=False),
    Column("message", String(400), nullable=False),
    Column("consent", String(400), nullable=False),
)  # fmt: skip
# What people say about a claim.
CLAIM_NOTES = Table(
    "claim_notes", METADATA,
    Column("id", Integer, primary_key=True),
    Column("file", ForeignKey("files.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("claim_number", Integer, nullable=False),
    Column("noted", String(40), nullable=False),
    Column("state", String(30), nullable=False),
    Column("who", String(120), nullable=False),
    Column("why", String(400), nullable=False),
)  # fmt: skip
# What came back: a claim of an 835 or a 277CA each, with the claim of ours where one was found.
ANSWERS = Table(
    "answers", METADATA,
    Column("digest", String(32), primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("payment", String(32), nullable=False),
    Column("claim_id", String(80), nullable=False, index=True),
    Column("payer_claim", String(80), nullable=False, index=True),
    Column("answered", Date, nullable=True),
    Column("outcome", String(30), nullable=False),
    Column("record", Text, nullable=False),
    Column("file", ForeignKey("files.id", ondelete="SET NULL"), nullable=True),
    Column("claim_number", Integer, nullable=True),
    Column("level", String(120), nullable=False),
    Column("reason", String(120), nullable=False),
    Index("answers_by_claim", "file", "claim_number"),
)  # fmt: skip
