"""The tables of the first ledgers."""

from alembic import op
from sqlalchemy import Column, Date, ForeignKey, Integer, String

revision, down_revision = "0001", None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "files",
        Column("id", Integer, primary_key=True),
        Column("sha256", String(64), nullable=False, unique=True),
        Column("received", Date, nullable=False),
        Column("claims", Integer, nullable=False),
        Column("state", String(10), nullable=False),
    )
    op.create_table(
        "interchanges",
        Column(
            "file", Integer, ForeignKey("files.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        Column("sender", String(40), nullable=False),
        Column("receiver", String(40), nullable=False),
        Column("control", String(20), nullable=False),
    )
    op.create_index("interchanges_by_number", "interchanges", ["control", "sender", "receiver"])
    op.create_table(
        "services",
        Column(
            "file", Integer, ForeignKey("files.id", ondelete="CASCADE"), nullable=False, index=True
        ),
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
    )
    op.create_table(
        "balances",
        Column("patient", String(32), primary_key=True),
        Column("year", Integer, primary_key=True),
        Column("bucket", String(2), primary_key=True),
        Column("dollars", String(24), nullable=False),
    )


def _file() -> Column[int]:
    key = ForeignKey("files.id", ondelete="CASCADE")
    return Column("file", Integer, key, nullable=False, index=True)
