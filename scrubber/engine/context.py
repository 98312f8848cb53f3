"""Everything a run depends on besides the bytes: the date, the profiles, the documentation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal, NamedTuple

from scrubber.engine.results import ClaimResult
from scrubber.profiles.profile import DatedProfile
from scrubber.profiles.selection import ProfileSet
from scrubber.therapy.documentation import Documentation
from scrubber.therapy.same_day import OtherService


class Consent(NamedTuple):
    """Consent to the REVIEW fixes of a rule: the last day on which it holds, if it has one, why it
    is given, and where (a line of a file)."""

    rule: str
    until: date | None = None
    reason: str = ""
    origin: str = ""

    def holds_on(self, day: date) -> bool:
        """Whether it may be used on a day."""
        return self.until is None or day <= self.until

    def end_note(self) -> str:
        """What to say of one that is past its last day."""
        where = f"{self.origin}: " if self.origin else ""
        return f"{where}the consent to {self.rule} ended on {self.until} and is not used"


@dataclass(frozen=True)
class Context:
    """`as_of` stands for today. `documentation` is None where none was given. `consents` are those
    of the caller, one for each rule, besides those that a profile gives. `tables` is
    the folder of the user's imported tables; None where only the shipped ones are used.
    `isolate` says what a breach of the guide takes with it: the "claim", or its "transaction"
    set as a whole. `same_day` tells for documented claims (CLM01) what the others of the run
    bill on their days."""

    as_of: date
    profiles: ProfileSet
    documentation: Documentation | None = None
    consents: frozenset[Consent] = frozenset()
    tables: Path | None = None
    isolate: Literal["claim", "transaction"] = "claim"
    same_day: Mapping[str, tuple[OtherService, ...]] = field(default_factory=dict, hash=False)

    def payer_on(self, claim: ClaimResult, day: date | None = None) -> DatedProfile | None:
        """What the payer of a claim states for a day, else for its first day of service; None for
        a claim that was judged under no profile."""
        if claim.profile not in self.profiles:
            return None
        on = day or claim.service_from or self.as_of
        return self.profiles[claim.profile].on(on, claim.coverage)

    def consents_to(self, rule: str) -> bool:
        """Whether the caller consents to the REVIEW fixes of a rule."""
        return any(one.rule == rule and one.holds_on(self.as_of) for one in self.consents)

    def ended_consents(self) -> list[Consent]:
        """The consents whose last day is past, which are not used."""
        return sorted(one for one in self.consents if not one.holds_on(self.as_of))
