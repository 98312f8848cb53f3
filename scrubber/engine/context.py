"""Everything a run depends on besides the bytes: the date, the profiles, the documentation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from scrubber.engine.results import ClaimResult
from scrubber.profiles.profile import DatedProfile
from scrubber.profiles.selection import ProfileSet
from scrubber.therapy.documentation import Documentation
from scrubber.therapy.same_day import OtherService


@dataclass(frozen=True)
class Context:
    """`as_of` stands for today. `documentation` is None where none was given. `consents` are rule
    codes whose REVIEW fixes the caller allows besides those a profile consents to. `tables` is
    the folder of the user's imported tables; None where only the shipped ones are used.
    `isolate` says what a breach of the guide takes with it: the "claim", or its "transaction"
    set as a whole. `same_day` tells for documented claims (CLM01) what the others of the run
    bill on their days."""

    as_of: date
    profiles: ProfileSet
    documentation: Documentation | None = None
    consents: frozenset[str] = frozenset()
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
