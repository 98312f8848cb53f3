"""The control numbers that were given out."""

from alembic import op
from sqlalchemy import Column, Integer, String

revision, down_revision = "0002", "0001"


def upgrade() -> None:
    """None were before."""
    op.create_table(
        "numbers",
        Column("sha256", String(64), primary_key=True),
        Column("first", Integer, nullable=False),
        Column("count", Integer, nullable=False),
    )
