"""What a change of payer profiles does to claims: dispositions, findings, dollars."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from heapq import heappush, heappushpop
from typing import NamedTuple

from scrubber.claim.values import amount
from scrubber.engine.results import ClaimResult
from scrubber.findings import Finding
from scrubber.reports.tally import Share

NOTHING = Share()


class Kind(NamedTuple):
    """Findings that count together: those of a rule, of one severity, repaired or not."""

    code: str
    severity: str
    fixed: bool


class ClaimChange(NamedTuple):
    """A claim that the change touches. `came` and `went` are the kinds of its findings."""

    charge: Decimal
    file: str
    claim_id: str
    before: str
    after: str
    came: tuple[Kind, ...]
    went: tuple[Kind, ...]


@dataclass(slots=True)
class Impact:
    """Grows by one claim at a time. `most` claims are kept, those with the most dollars; all of
    them if it is None. `judged` counts the claims judged by one of the `profiles`."""

    profiles: frozenset[str]
    most: int | None
    total: Share = NOTHING
    judged: Share = NOTHING
    moves: dict[tuple[str, str], Share] = field(default_factory=dict)
    came: dict[Kind, Share] = field(default_factory=dict)
    went: dict[Kind, Share] = field(default_factory=dict)
    changed: Share = NOTHING
    _kept: list[ClaimChange] = field(default_factory=list)

    def add(self, file: str, before: ClaimResult, after: ClaimResult) -> None:
        """Compare the two results of one claim."""
        charge = amount(before.charge) or Decimal(0)
        self.total = self.total.plus(charge)
        if self.profiles & {before.profile, after.profile}:
            self.judged = self.judged.plus(charge)
        old, new = _findings(before.findings), _findings(after.findings)
        came, went = _kinds(new - old), _kinds(old - new)
        if before.disposition is not after.disposition:
            move = (before.disposition.value, after.disposition.value)
            self.moves[move] = self.moves.get(move, NOTHING).plus(charge)
        elif not came and not went:
            return
        self.changed = self.changed.plus(charge)
        for kinds, shares in ((came, self.came), (went, self.went)):
            for kind in kinds:
                shares[kind] = shares.get(kind, NOTHING).plus(charge)
        moved = (before.disposition.value, after.disposition.value)
        self._keep(ClaimChange(charge, file, before.claim_id, *moved, came, went))

    def changes(self) -> list[ClaimChange]:
        """The claims kept, those with the most dollars first."""
        return sorted(self._kept, key=lambda one: (-one.charge, one.file, one.claim_id))

    def _keep(self, change: ClaimChange) -> None:
        if self.most is None or len(self._kept) < self.most:
            heappush(self._kept, change)
        elif self.most:
            heappushpop(self._kept, change)


def _findings(findings: Iterable[Finding]) -> Counter[tuple[Kind, int | None, str]]:
    """Findings by what a profile can change of them; messages may name the profile."""
    return Counter(
        (Kind(one.code, one.severity.value, one.fixed), one.line, one.path) for one in findings
    )


def _kinds(findings: Counter[tuple[Kind, int | None, str]]) -> tuple[Kind, ...]:
    return tuple(sorted({kind for kind, _, _ in findings}))
