"""The register of claims, and what came back about them."""

from alembic import op
from sqlalchemy import BigInteger, Column, Date, ForeignKey, Integer, String, Text

revision, down_revision = "0007", "0006"


def upgrade() -> None:
    """Of the claims of files that are known already it holds none."""
    _claims()
    _findings_and_notes()
    _answers()
    op.create_index("ix_claims_claim_id", "claims", ["claim_id"])
    op.create_index("ix_claims_lineage", "claims", ["lineage"])
    op.create_index("ix_claims_content", "claims", ["content"])
    op.create_index("ix_claims_patient", "claims", ["patient"])
    op.create_index("ix_claims_member", "claims", ["member"])
    op.create_index("ix_claims_replaces", "claims", ["replaces"])
    op.create_index("ix_claims_state", "claims", ["state"])
    op.create_index("ix_claim_notes_file", "claim_notes", ["file"])
    op.create_index("ix_answers_claim_id", "answers", ["claim_id"])
    op.create_index("ix_answers_payer_claim", "answers", ["payer_claim"])
    op.create_index("answers_by_claim", "answers", ["file", "claim_number"])


def _claims() -> None:
    op.create_table(
        "claims",
        Column("file", Integer, ForeignKey("files.id", ondelete="CASCADE"), primary_key=True),
        Column("claim_number", Integer, primary_key=True, autoincrement=False),
        Column("claim_id", String(80), nullable=False),
        Column("lineage", String(32), nullable=False),
        Column("content", String(32), nullable=False),
        Column("patient", String(32), nullable=False),
        Column("member", String(32), nullable=False),
        Column("providers", String(200), nullable=False),
        Column("responsibility", String(8), nullable=False),
        Column("batch", String(80), nullable=False),
        Column("made_on", Date, nullable=True),
        Column("replaces", String(80), nullable=False),
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
        Column("state", String(30), nullable=False),
        Column("state_on", Date, nullable=False),
        Column("reasons", String(400), nullable=False),
    )


def _findings_and_notes() -> None:
    op.create_table(
        "claim_findings",
        Column("file", Integer, ForeignKey("files.id", ondelete="CASCADE"), primary_key=True),
        Column("claim_number", Integer, primary_key=True, autoincrement=False),
        Column("position", Integer, primary_key=True, autoincrement=False),
        Column("line", Integer, nullable=True),
        Column("rule", String(20), nullable=False),
        Column("severity", String(10), nullable=False),
        Column("fixed", Integer, nullable=False),
        Column("message", String(400), nullable=False),
        Column("consent", String(400), nullable=False),
    )
    op.create_table(
        "claim_notes",
        Column("id", Integer, primary_key=True),
        Column("file", Integer, ForeignKey("files.id", ondelete="CASCADE"), nullable=False),
        Column("claim_number", Integer, nullable=False),
        Column("noted", String(40), nullable=False),
        Column("state", String(30), nullable=False),
        Column("who", String(120), nullable=False),
        Column("why", String(400), nullable=False),
    )


def _answers() -> None:
    op.create_table(
        "answers",
        Column("digest", String(32), primary_key=True),
        Column("kind", String(8), nullable=False),
        Column("payment", String(32), nullable=False),
        Column("claim_id", String(80), nullable=False),
        Column("payer_claim", String(80), nullable=False),
        Column("answered", Date, nullable=True),
        Column("outcome", String(30), nullable=False),
        Column("record", Text, nullable=False),
        Column("file", Integer, ForeignKey("files.id", ondelete="SET NULL"), nullable=True),
        Column("claim_number", Integer, nullable=True),
        Column("level", String(120), nullable=False),
        Column("reason", String(120), nullable=False),
    )
