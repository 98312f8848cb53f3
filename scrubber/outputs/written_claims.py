"""What a claim file was meant to hold, counted while it was written."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from scrubber.claim.values import amount
from scrubber.engine.results import Part

NOTHING = Decimal(0)


class SupportsWrite(Protocol):
    """What takes bytes, all of those it is given."""

    def write(self, text: bytes, /) -> int:
        """How many it took."""


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


class ReceivedCopy:
    """Writes a file as it was received: where writing its claims anew did not come out right."""

    def __init__(self, out: SupportsWrite) -> None:
        self._out = out
        self.written = WrittenClaims(is_scrubbed=False)

    @property
    def wrote(self) -> bool:
        """Whether there was anything to write."""
        return self.written.bytes > 0

    def write(self, part: Part) -> None:
        """Take the next part of the file."""
        if part.claim is not None:
            self.written.add(part)
        self.written.bytes += self._out.write(part.received.encode("latin-1"))

    def close(self) -> None:
        """The file is over."""
