"""Which claims a claim file is wrong about: asked only where it was read again and is not as it was
meant."""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from scrubber.claim.values import amount
from scrubber.outputs.claim_file_check import ClaimFileReading

Told = tuple[str, Decimal]
"""The number (CLM01) and charge of a claim."""


def claims_concerned(paths: Iterable[Path], meant: Iterable[Told]) -> frozenset[str]:
    """The numbers of the claims that accepted files should hold and do not, or the other way round,
    and of those in sets with a fault; empty where it may be any claim. Raises OSError."""
    missing = Counter(meant)
    concerned: set[str] = set()
    for path in paths:
        reading = _Reading()
        reading.read(path)
        if reading.is_faulty_around:
            return frozenset()
        missing.subtract(claim for one in reading.sets for claim in one)
        concerned.update(number for at in reading.faulty for number, _ in reading.sets[at])
    concerned.update(number for (number, _), times in missing.items() if times)
    return frozenset(concerned)


class _Reading(ClaimFileReading):
    """A claim file set by set; `faulty` are those with a fault of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.sets: list[list[Told]] = []
        self.faulty: set[int] = set()
        self._faults_of_sets = 0

    @property
    def is_faulty_around(self) -> bool:
        """Whether some fault is not of one set alone."""
        return self._faults > self._faults_of_sets

    @property
    def _faults(self) -> int:
        return len(self.envelope_faults) + len(self.level_faults)

    def _claim(self, values: list[str]) -> None:
        super()._claim(values)
        number, charge = [*values[1:3], "", ""][:2]
        if self.sets:
            self.sets[-1].append((number, amount(charge) or Decimal(0)))

    def _head(self, name: str, values: list[str], separator: str) -> None:
        if name == "ST":
            self.sets.append([])
        before = self._faults
        super()._head(name, values, separator)
        if self._faults > before and name in ("SE", "HL") and self.sets:
            self.faulty.add(len(self.sets) - 1)
            self._faults_of_sets += self._faults - before
