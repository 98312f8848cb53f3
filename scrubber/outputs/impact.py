"""What a change of the rules, of a profile or of the program does to claims: dispositions,
findings, dollars."""

from dataclasses import dataclass, field
from decimal import Decimal
from heapq import heappush, heappushpop
from typing import NamedTuple

from scrubber.outputs.tally import Share
from scrubber.outputs.verdict import Kind, Verdict, kinds

NOTHING = Share()


class ClaimChange(NamedTuple):
    """A claim that the change touches. `came` and `went` are the kinds of its findings; where
    there are none, it is repaired otherwise than before."""

    charge: Decimal
    file: str
    claim_id: str
    before: str
    after: str
    came: tuple[Kind, ...]
    went: tuple[Kind, ...]


class PayerChange(NamedTuple):
    """The claims of one payer that change, and those of them rejected only now, or no longer."""

    changed: Share = NOTHING
    rejected: Share = NOTHING
    released: Share = NOTHING


@dataclass(slots=True)
class Impact:
    """Grows by one claim at a time. `most` claims are kept, those with the most dollars; all of
    them if it is None. `judged` counts the claims judged by one of the `profiles`."""

    most: int | None
    profiles: frozenset[str] = frozenset()
    total: Share = NOTHING
    judged: Share = NOTHING
    moves: dict[tuple[str, str], Share] = field(default_factory=dict)
    came: dict[Kind, Share] = field(default_factory=dict)
    went: dict[Kind, Share] = field(default_factory=dict)
    payers: dict[str, PayerChange] = field(default_factory=dict)
    changed: Share = NOTHING
    _kept: list[ClaimChange] = field(default_factory=list)

    def add(self, file: str, claim_id: str, before: Verdict, after: Verdict) -> None:
        """Compare the two verdicts on one claim."""
        charge = after.charge
        self.total = self.total.plus(charge)
        if self.profiles & {before.profile, after.profile}:
            self.judged = self.judged.plus(charge)
        came, went = kinds(after.found - before.found), kinds(before.found - after.found)
        move = (before.disposition, after.disposition)
        if move[0] != move[1]:
            self.moves[move] = self.moves.get(move, NOTHING).plus(charge)
        elif not came and not went and before.repairs == after.repairs:
            return
        self.changed = self.changed.plus(charge)
        for found, shares in ((came, self.came), (went, self.went)):
            for kind in found:
                shares[kind] = shares.get(kind, NOTHING).plus(charge)
        self._count_payer(after.payer, move, charge)
        self._keep(ClaimChange(charge, file, claim_id, *move, came, went))

    def changes(self) -> list[ClaimChange]:
        """The claims kept, those with the most dollars first."""
        return sorted(self._kept, key=lambda one: (-one.charge, one.file, one.claim_id))

    def _count_payer(self, payer: str, move: tuple[str, str], charge: Decimal) -> None:
        changed, rejected, released = self.payers.get(payer, PayerChange())
        if move[0] != move[1]:
            rejected = rejected.plus(charge) if move[1] == "rejected" else rejected
            released = released.plus(charge) if move[0] == "rejected" else released
        self.payers[payer] = PayerChange(changed.plus(charge), rejected, released)

    def _keep(self, change: ClaimChange) -> None:
        if self.most is None or len(self._kept) < self.most:
            heappush(self._kept, change)
        elif self.most:
            heappushpop(self._kept, change)
