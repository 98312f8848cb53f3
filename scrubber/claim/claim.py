"""A claim in its surroundings: transaction, billing provider, subscriber, patient, payer."""

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from scrubber.claim.loop import Loop, Party
from scrubber.claim.service_line import ServiceLine
from scrubber.claim.values import amount, day
from scrubber.guide.layout import LoopLayout
from scrubber.x12.block import Block
from scrubber.x12.segment import Element, Segment

AUTHORIZATIONS = ("G1", "9F")
"""REF01 of authorization and referral numbers."""
REPLACEMENT, VOID = "7", "8"
"""CLM05-3 of a claim that stands for an earlier one, and of one that takes it back."""
REPLACES = frozenset({REPLACEMENT, VOID})

MOST_LINES, MOST_DIAGNOSES, MOST_OTHER_PAYERS = 50, 12, 10
"""What a claim may hold (005010X222A1: loops 2400 and 2320, HI). Rules look at no more."""


class Transaction(NamedTuple):
    """The envelope a claim came in."""

    interchange: Segment
    group: Segment | None
    header: Segment
    beginning: Segment | None
    submitter: Party | None
    receiver: Party | None

    @property
    def interchange_control_number(self) -> str:
        """ISA13."""
        return self.interchange.value(13)

    @property
    def control_number(self) -> str:
        """ST02."""
        return self.header.value(2)

    @property
    def made_on(self) -> date | None:
        """BHT04, the day on which the file says it was made."""
        return day(self.beginning.value(4)) if self.beginning is not None else None

    @property
    def is_encounter(self) -> bool:
        """BHT06 is RP: reported, not charged for."""
        return self.beginning is not None and self.beginning.value(6) == "RP"


class BillingProvider(Loop):
    """A 2000A level; `party` is its 2010AA."""

    __slots__ = ("party",)

    def __init__(self, block: Block, layout: LoopLayout) -> None:
        super().__init__(block, layout)
        self.party: Party | None = self.party_in("2010AA")

    @property
    def taxonomy(self) -> str:
        """PRV03 of 2000A; empty if none."""
        return self.value("PRV", 3, "BI")


class Subscriber(Loop):
    """A 2000B level; `party` is its 2010BA, `payer` its 2010BB, the destination payer."""

    __slots__ = ("party", "payer")

    def __init__(self, block: Block, layout: LoopLayout) -> None:
        super().__init__(block, layout)
        self.party: Party | None = self.party_in("2010BA")
        self.payer: Party | None = self.party_in("2010BB")

    @property
    def responsibility(self) -> str:
        """SBR01: P, S, T, A-H, U."""
        return self.value("SBR", 1)

    @property
    def relationship(self) -> str:
        """SBR02: 18 when the subscriber is the patient, else empty."""
        return self.value("SBR", 2)

    @property
    def claim_filing_indicator(self) -> str:
        """SBR09, such as MB for Medicare Part B."""
        return self.value("SBR", 9)


class Patient(Loop):
    """A 2000C level: the dependent; `party` is its 2010CA."""

    __slots__ = ("party",)

    def __init__(self, block: Block, layout: LoopLayout) -> None:
        super().__init__(block, layout)
        self.party: Party | None = self.party_in("2010CA")


class Diagnosis(NamedTuple):
    """One HI composite of the diagnosis segment; `number` is what SV107 points to, from 1."""

    number: int
    qualifier: str
    code: str
    element: Element


class Claim(Loop):
    """A 2300 loop. Everything in it is a view; absent parts are None or empty.

    `lines` are the service lines in file order, `service_dates` the earliest and latest date of
    service over them.
    """

    __slots__ = (
        "billing_provider",
        "dependent",
        "lines",
        "service_dates",
        "subscriber",
        "transaction",
    )

    def __init__(
        self,
        block: Block,
        layout: LoopLayout,
        transaction: Transaction,
        billing_provider: BillingProvider | None = None,
        subscriber: Subscriber | None = None,
        dependent: Patient | None = None,
    ) -> None:
        self.block = block
        self.layout = layout
        self.transaction = transaction
        self.billing_provider = billing_provider
        self.subscriber = subscriber
        self.dependent = dependent
        self.lines = tuple([ServiceLine(block, one) for one in layout.loops.get("2400", ())])
        self.service_dates = _earliest_and_latest([line.dates for line in self.lines])

    @property
    def is_authorized(self) -> bool:
        """Whether it carries an authorization (REF*G1) or referral number (REF*9F)."""
        return any(self.value("REF", 2, one) for one in AUTHORIZATIONS)

    @property
    def accident_claim_number(self) -> str:
        """The insurer's number of the accident, REF*Y4 of insured or patient; empty if none."""
        insured = self.subscriber.party if self.subscriber is not None else None
        people = [one for one in (insured, self.patient) if one is not None]
        return next((found for one in people if (found := one.value("REF", 2, "Y4"))), "")

    @property
    def clm(self) -> Segment:
        """The CLM segment."""
        return self.block.segment(self.layout.first, self.id)

    @property
    def claim_id(self) -> str:
        """CLM01, the provider's claim number."""
        return self.value("CLM", 1)

    @property
    def charge(self) -> Decimal | None:
        """CLM02 in dollars; None where it is not a number."""
        values = self.block.values(self.layout.first)
        return amount(values[2]) if len(values) > 2 else None

    def _location(self, component: int) -> str:
        parts = self.value("CLM", 5).split(self.block.delimiters.component)
        return parts[component - 1] if component <= len(parts) else ""

    @property
    def place_of_service(self) -> str:
        """CLM05-1."""
        return self._location(1)

    @property
    def frequency(self) -> str:
        """CLM05-3: 1 original, 7 replacement, 8 void."""
        return self._location(3)

    @property
    def payer(self) -> Party | None:
        """2010BB of the subscriber."""
        return self.subscriber.payer if self.subscriber is not None else None

    @property
    def patient(self) -> Party | None:
        """The person treated: 2010CA of a dependent, else 2010BA."""
        if self.dependent is not None:
            return self.dependent.party
        return self.subscriber.party if self.subscriber is not None else None

    @property
    def other_payers(self) -> list[Loop]:
        """2320 loops; each holds SBR, CAS, AMT, OI, MOA and child loops 2330A to 2330G."""
        return self.children("2320")

    @property
    def referring_provider(self) -> Party | None:
        """2310A with NM101 DN."""
        for layout in self.layout.loops.get("2310A", ()):
            party = Party(self.block, layout)
            if party.entity == "DN":
                return party
        return None

    @property
    def rendering_provider(self) -> Party | None:
        """2310B."""
        return self.party_in("2310B")

    @property
    def service_facility(self) -> Party | None:
        """2310C."""
        return self.party_in("2310C")

    @property
    def supervising_provider(self) -> Party | None:
        """2310D."""
        return self.party_in("2310D")

    @property
    def diagnosis_segment(self) -> Segment | None:
        """The HI that carries diagnoses."""
        component = self.block.delimiters.component
        for segment in self.segments("HI"):
            if segment.value(1).split(component)[0] in ("ABK", "BK"):
                return segment
        return None

    @property
    def diagnosis_codes(self) -> list[str]:
        """The codes of `diagnoses`."""
        component = self.block.delimiters.component
        for index in self.layout.segments.get("HI", ()):
            first, *others = self.block.values(index)[1 : MOST_DIAGNOSES + 1] or [""]
            if first.split(component)[0] in ("ABK", "BK"):
                return [_second(one, component) for one in (first, *others) if one]
        return []

    @property
    def diagnoses(self) -> list[Diagnosis]:
        """The diagnoses in pointer order, as many as a claim may hold."""
        segment = self.diagnosis_segment
        if segment is None:
            return []
        return [
            Diagnosis(
                number, segment.value(number, 1), segment.value(number, 2), segment[number, 2]
            )
            for number in range(1, min(len(segment.values), MOST_DIAGNOSES + 1))
            if segment.value(number)
        ]


@lru_cache(maxsize=8192)
def _second(composite: str, separator: str) -> str:
    return [*composite.split(separator, 2), ""][1]


def _earliest_and_latest(
    dates: list[tuple[date | None, date | None]],
) -> tuple[date | None, date | None]:
    if dates and dates.count(dates[0]) == len(dates):
        return dates[0]
    starts = [first for first, _ in dates if first is not None]
    ends = [last for _, last in dates if last is not None]
    return (min(starts) if starts else None), (max(ends) if ends else None)
