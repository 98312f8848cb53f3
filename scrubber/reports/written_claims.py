"""What a claim file was meant to hold, counted while it was written."""

from dataclasses import dataclass
from decimal import Decimal

from scrubber.claim.values import amount
from scrubber.engine.results import Part

NOTHING = Decimal(0)


@dataclass(slots=True)
class WrittenClaims:
    """Claims, their charges in dollars, and bytes. `is_scrubbed` is False where blocks that were
    not scrubbed were copied too: of those nothing is known but their bytes."""

    claims: int = 0
    charge: Decimal = NOTHING
    bytes: int = 0
    is_scrubbed: bool = True

    def add(self, part: Part) -> None:
        """Count a claim; a charge that is no amount counts nothing."""
        self.claims += 1
        if part.claim is not None:
            self.charge += amount(part.claim.charge) or NOTHING

    def pass_by(self) -> None:
        """Take note of a block that was copied without having been scrubbed."""
        self.is_scrubbed = False
