"""The states of claims in the register, in the order in which they are listed."""

TO_FIX, FOR_CONSENT, READY = "to fix", "waiting for consent", "ready"
SENT, NOT_SENT, WRITTEN_OFF = "sent", "not sent", "written off"
ACKNOWLEDGED = "acknowledged"
BY_CLEARINGHOUSE, BY_PAYER = "rejected by clearinghouse", "rejected by payer"
DECIDED, PAID, DENIED, REVERSED = "decided", "paid", "denied", "reversed"
STATES = (
    TO_FIX, FOR_CONSENT, READY, SENT, NOT_SENT, ACKNOWLEDGED, BY_CLEARINGHOUSE, BY_PAYER,
    DECIDED, PAID, DENIED, REVERSED, WRITTEN_OFF,
)  # fmt: skip
BY_PERSON = (SENT, NOT_SENT, WRITTEN_OFF)
"""States that only a person knows."""
