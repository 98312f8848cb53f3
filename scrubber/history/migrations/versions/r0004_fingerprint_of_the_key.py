"""The fingerprint of the key that a ledger was begun with."""

from alembic import op
from sqlalchemy import Column, String

revision, down_revision = "0004", "0003"


def upgrade() -> None:
    """It is taken when the ledger is opened."""
    op.create_table(
        "settings",
        Column("name", String(20), primary_key=True),
        Column("value", String(64), nullable=False),
    )
