"""What rules say, and what the engine makes of it."""

from enum import Enum
from typing import NamedTuple

from scrubber.consents import Consent
from scrubber.patches import Fix, Safety, Span
from scrubber.x12.segment import Element, Segment


class Severity(Enum):
    """What a finding does to its claim: only REJECT keeps it from being accepted."""

    INFO = "info"
    WARN = "warn"
    REJECT = "reject"


class Status(NamedTuple):
    """A 277CA status: category, claim status code, entity, and a second code where needed."""

    category: str
    code: str
    entity: str | None = None
    second: str | None = None


class Problem(NamedTuple):
    """What a rule yields: where, what in words a biller can act on, and a fix if there is one.

    `severity` replaces the rule's own where the facts allow no more (a payer statement of low
    confidence is never more than a warning).
    """

    at: Element | Segment
    message: str
    fix: Fix | None = None
    severity: Severity | None = None


class Finding(NamedTuple):
    """A problem stamped by the engine. `claim` and `line` are empty where it belongs to none.

    `qualifier` tells segments of one name apart (G1 of a REF), where that is a code. `syntax` is
    the code a 999 or TA1 has for it. `expected` is for a missing segment the number in
    the file of the segment it should have stood before; else 0. `decision` is what was decided
    about a fix that needs consent.
    """

    code: str
    severity: Severity
    snip: int
    path: str
    span: Span
    segment: int
    element: int | None
    message: str
    source: str
    claim: str | None = None
    line: int | None = None
    status: Status | None = None
    fix: Fix | None = None
    fixed: bool = False
    component: int | None = None
    syntax: str = ""
    expected: int = 0
    qualifier: str = ""
    decision: Consent | None = None

    @property
    def waits_for_consent(self) -> bool:
        """Whether its fix changes what is claimed, and nobody has allowed or declined it."""
        if self.fix is None or self.fixed or self.fix.safety is not Safety.REVIEW:
            return False
        return self.decision is None or not self.decision.declined


class Correction(NamedTuple):
    """One applied patch, for the report: what stood there, what stands there now, and the consent
    that it needed."""

    code: str
    path: str
    line: int | None
    before: str
    after: str
    title: str
    consent: Consent | None = None
