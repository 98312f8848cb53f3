"""Whether a service came with a progress note."""

from alembic import op
from sqlalchemy import Column, String

revision, down_revision = "0003", "0002"


def upgrade() -> None:
    """Of services that are known already it is not known."""
    op.add_column("services", Column("note", String(10), nullable=False, server_default=""))
