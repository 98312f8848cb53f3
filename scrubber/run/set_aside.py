"""Scrubs a file again whose claim files did not come out as they were meant: what that concerns is
set aside, rejected as received, and the rest goes out."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from scrubber.engine import FileScrubber
from scrubber.engine.later_findings import as_rejected
from scrubber.engine.results import ClaimResult, Disposition, Part
from scrubber.engine.unscrubbed import not_scrubbed
from scrubber.engine.wrapped import WrappedScrubber
from scrubber.outputs.output_fault import ClaimFileFaultError
from scrubber.run.scrub_file import Outcome, Request
from scrubber.x12.block import Block
from scrubber.x12.delimiters import USUAL
from scrubber.x12.reader import StrayText
from scrubber.x12.segment import Delimiters

MOST_NAMED = 5


class AsideScrubber(WrappedScrubber):
    """What another scrubber makes of a file, with the claims rejected that a fault of the claim
    files concerns; all of them where it names none."""

    def __init__(self, scrubber: FileScrubber, fault: ClaimFileFaultError) -> None:
        super().__init__(scrubber)
        self._claims = fault.claims
        self._reason = str(fault)
        scrubber.give_up(self._concerns)

    def parts(self, blocks: Iterable[Block | StrayText]) -> Iterator[Part]:
        """The parts of the file, in order; first one that says what is set aside."""
        yield Part("", "", "", (not_scrubbed(f"{self._which()} set aside: {self._reason}"),))
        delimiters = USUAL
        for part in self._scrubber.parts(blocks):
            if part.delimiters is not None:
                delimiters = part.delimiters
            if part.claim is not None and self._concerns(part.claim):
                yield _rejected(part, part.claim, self._reason, delimiters)
            else:
                yield part

    def _which(self) -> str:
        named = sorted(self._claims)
        more = f" and {len(named) - MOST_NAMED:,} more" if len(named) > MOST_NAMED else ""
        listed = ", ".join(named[:MOST_NAMED]) + more
        if len(named) == 1:
            return f"claim {listed} is"
        return f"claims {listed} are" if named else "all claims are"

    def _concerns(self, claim: ClaimResult) -> bool:
        if claim.disposition is Disposition.REJECTED:
            return False
        return not self._claims or claim.claim_id in self._claims


def _rejected(part: Part, claim: ClaimResult, reason: str, delimiters: Delimiters) -> Part:
    own = not_scrubbed(f"set aside: {reason}")._replace(
        path="2300/CLM", segment=part.ordinal, claim=claim.claim_id
    )
    return as_rejected(part, claim._replace(findings=(*claim.findings, own)), delimiters)


def set_aside(
    fault: ClaimFileFaultError,
    scrubber: FileScrubber,
    request: Request,
    scrub: Callable[[FileScrubber, Request], Outcome],
) -> Outcome:
    """The outcome of a file that is scrubbed again without the claims that the fault concerns;
    where that fails too, with all claims in a copy of the file. Raises as `scrub` does."""
    if fault.claims:
        try:
            return scrub(AsideScrubber(scrubber, fault), request)
        except ClaimFileFaultError as again:
            fault = again
    whole = ClaimFileFaultError(str(fault))
    return scrub(AsideScrubber(scrubber, whole), replace(request, as_received=True))
