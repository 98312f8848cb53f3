"""What stands above a claim, and which payer profile that means."""

from datetime import date

from scrubber.claim.claim import BillingProvider, Claim, Patient, Subscriber, Transaction
from scrubber.engine.hits import Crash, Hit
from scrubber.engine.stream_state import Above
from scrubber.findings import Finding
from scrubber.profiles.line_of_business import Coverage, LineOfBusiness
from scrubber.profiles.profile import PayerProfile
from scrubber.profiles.selection import PayerNamed, ProfileSet
from scrubber.rules.other_payers import decided_before


class Surroundings:
    """Envelope, billing provider, subscriber, dependent, and what was found wrong with them
    (`inherited`, by level) or could not be checked (`crashes`). `interchange` and `set_number`
    are the control numbers of the envelope. `profile` and `coverage` are those of the claim that
    was last judged. Changes as the file is read."""

    __slots__ = (
        "_billing_state",
        "_payer_named",
        "billing_provider",
        "billing_taxonomy",
        "coverage",
        "crashes",
        "dependent",
        "inherited",
        "interchange",
        "is_encounter",
        "payer_id",
        "profile",
        "relationship",
        "responsibility",
        "set_number",
        "subscriber",
        "transaction",
    )

    def __init__(self, transaction: Transaction) -> None:
        self.transaction = transaction
        self.interchange = transaction.interchange_control_number
        self.set_number = transaction.control_number
        self.is_encounter = transaction.is_encounter
        self.inherited: Above[list[Hit | Finding]] = Above()
        self.crashes: list[Crash] = []
        self.billing_provider: BillingProvider | None = None
        self.billing_taxonomy = ""
        self._billing_state = ""
        self.profile: PayerProfile | None = None
        self.coverage = Coverage(LineOfBusiness.UNKNOWN)
        self.enter_subscriber(None)

    @property
    def payer_name(self) -> str:
        """2010BB NM103; empty without a payer, and for one that is a person."""
        payer = self.subscriber.payer if self.subscriber is not None else None
        return "" if payer is None or payer.is_person else self._payer_named.name

    @property
    def claim_filing_indicator(self) -> str:
        """SBR09 of the subscriber; empty without one."""
        return self._payer_named.claim_filing_indicator

    def enter_billing_provider(self, provider: BillingProvider) -> None:
        """A 2000A begins; no subscriber is known yet."""
        party = provider.party
        self.billing_provider = provider
        self.billing_taxonomy = provider.taxonomy
        self._billing_state = party.state if party is not None else ""
        self.enter_subscriber(None)

    def enter_subscriber(self, subscriber: Subscriber | None) -> None:
        """A 2000B begins; no dependent is known yet."""
        self.subscriber = subscriber
        self.dependent: Patient | None = None
        payer = subscriber.payer if subscriber is not None else None
        self.payer_id = payer.identifier if payer is not None else ""
        self._payer_named = PayerNamed(self.payer_id)
        self.responsibility = self.relationship = ""
        if subscriber is not None:
            self._payer_named = PayerNamed(
                self.payer_id,
                subscriber.claim_filing_indicator,
                payer.value("NM1", 3) if payer is not None else "",
                subscriber.value("SBR", 4),
            )
            self.responsibility = subscriber.responsibility
            self.relationship = subscriber.relationship

    def choose_profile(self, claim: Claim, profiles: ProfileSet, day: date) -> PayerProfile:
        """The profile of the claim's payer on its first date of service; `coverage` says under
        which line of business, and whether a payer before has decided.

        Rules of a state are those of the accident (CLM11-4), else of the billing provider.
        """
        causes = claim.value("CLM", 11)
        state = ""
        if causes:
            state = (causes.split(claim.block.delimiters.component) + [""] * 4)[3]
        self.profile, coverage = profiles.select(
            self._payer_named, day, state or self._billing_state
        )
        if "2320" in claim.layout.loops and decided_before(claim):
            coverage = coverage._replace(decided=True)
        self.coverage = coverage
        return self.profile
