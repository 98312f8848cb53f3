"""Decisions about repairs that change what is claimed."""

from alembic import op
from sqlalchemy import Column, Date, Integer, String

revision, down_revision = "0006", "0005"


def upgrade() -> None:
    """None are known yet."""
    op.create_table(
        "consents",
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
    )
