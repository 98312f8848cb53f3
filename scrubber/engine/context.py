"""Everything a run depends on besides the bytes: the date, the profiles, the documentation."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Literal

from scrubber.consents import Consent
from scrubber.engine.results import ClaimResult
from scrubber.profiles.profile import DatedProfile
from scrubber.profiles.selection import ProfileSet
from scrubber.therapy.documentation import Documentation
from scrubber.therapy.same_day import OtherService


@dataclass(frozen=True)
class Context:
    """`as_of` stands for today. `documentation` is None where none was given. `consents` are
    decisions of the office, one for each rule and claim, besides those that a profile gives.
    `tables` is the folder of the user's imported tables; None where only the shipped ones are
    used. `isolate` says what a breach of the guide takes with it: the "claim", or its "transaction"
    set as a whole. `same_day` tells for documented claims (CLM01) what the others of the run
    bill on their days. `hash_of_claim` makes of a claim's number what stands for it in consents
    from a ledger."""

    as_of: date
    profiles: ProfileSet
    documentation: Documentation | None = None
    consents: frozenset[Consent] = frozenset()
    tables: Path | None = None
    isolate: Literal["claim", "transaction"] = "claim"
    same_day: Mapping[str, tuple[OtherService, ...]] = field(default_factory=dict, hash=False)
    hash_of_claim: Callable[[str], str] | None = field(default=None, compare=False)

    def payer_on(self, claim: ClaimResult, day: date | None = None) -> DatedProfile | None:
        """What the payer of a claim states for a day, else for its first day of service; None for
        a claim that was judged under no profile."""
        if claim.profile not in self.profiles:
            return None
        on = day or claim.service_from or self.as_of
        return self.profiles[claim.profile].on(on, claim.coverage)

    @cached_property
    def _decisions(self) -> dict[tuple[str, str], Consent]:
        return {(one.rule, one.claim): one for one in self.consents if one.holds_on(self.as_of)}

    def decision_on(self, rule: str, claim: str) -> Consent | None:
        """What the office decided about the REVIEW fixes of a rule in a claim: for this claim, else
        for all. `claim` is empty above claims."""
        decisions = self._decisions
        if not decisions:
            return None
        own = decisions.get((rule, claim))
        if own is None and claim and self.hash_of_claim is not None:
            own = decisions.get((rule, self.hash_of_claim(claim)))
        return own or decisions.get((rule, ""))

    def ended_consents(self) -> list[Consent]:
        """The consents whose last day is past, which are not used."""
        ended = (one for one in self.consents if not one.holds_on(self.as_of))
        return sorted(ended, key=lambda one: (one.rule, one.claim))

    def idle_decisions(self, met: Collection[tuple[str, str]]) -> list[str]:
        """What to say of the decisions given for this run that met no repair; `met` are rule and
        origin of those that did."""
        idle = (
            one for one in self._decisions.values()
            if one.basis in ("run", "person")
            and not one.origin.startswith("ledger:")
            and (one.rule, one.origin) not in met
        )  # fmt: skip
        return [
            f"{one.origin or '--consent ' + one.rule}: {one.rule} had nothing to repair"
            for one in sorted(idle, key=lambda one: (one.origin, one.rule))
        ]
