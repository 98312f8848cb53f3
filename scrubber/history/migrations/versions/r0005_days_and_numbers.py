"""What stands for the patient's day and the claim's number, and minutes and authorizations."""

from alembic import op
from sqlalchemy import Column, Integer, String

revision, down_revision = "0005", "0004"


def upgrade() -> None:
    """Of services that are known already they are not known."""
    for name in ("day", "number"):
        op.add_column("services", Column(name, String(32), nullable=False, server_default=""))
        op.create_index(f"ix_services_{name}", "services", [name])
    op.add_column("services", Column("minutes", Integer, nullable=True))
    op.add_column("services", Column("authorized", Integer, nullable=False, server_default="0"))
