"""Reads an acknowledgment again that was written, before it replaces anything.

Counts, control numbers, levels, and the totals against what stands below them; a claim at a time,
however many there are.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

from scrubber.claim.values import amount
from scrubber.guide.envelope import Envelope
from scrubber.guide.faults import Fault
from scrubber.outputs.x12_writer import ELEMENT, END

SETS = {"999": "999", "277ca": "277"}
ENVELOPE_FAULTS = frozenset({"S105", "S106", "S107", "S108", "S110", "S111", "S112"})


class DamagedError(ValueError):
    """An acknowledgment that is not in order; the message says what is wrong."""


class AcknowledgmentReading:
    """An acknowledgment as it was read. `answered` counts what it answers: the interchanges of a
    TA1, the sets of a 999, the claims of a 277CA, those of sets refused as a whole included."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._envelope = Envelope()
        self.answered = 0
        self._sets = _Sets()
        self._claims = _Claims()

    def read(self, path: Path) -> None:
        """Read all of it. Raises DamagedError and OSError."""
        with path.open(encoding="ascii", newline="") as file:
            for segment in _segments(file):
                self._take(segment)
        _refuse(self._envelope.unclosed())

    def _take(self, segment: list[str]) -> None:
        envelope, name = self._envelope, segment[0]
        envelope.segments += "ST" in envelope.open
        match name:
            case "ISA":
                _refuse(envelope.enter_interchange(segment))
            case "GS":
                _refuse(envelope.enter_group(segment))
            case "ST":
                _refuse(envelope.enter_set(segment))
                envelope.segments = 1
                self._expect(segment[1] == SETS.get(self._kind), "a set of another kind")
            case "SE" | "GE" | "IEA":
                _refuse(envelope.leave(name, segment, ELEMENT))
                if name == "SE":
                    self._close_set()
            case "TA1":
                self.answered += 1
            case _ if self._kind == "999":
                self._sets.take(segment)
            case _:
                self._claims.take(segment)

    def _close_set(self) -> None:
        counted = self._sets if self._kind == "999" else self._claims
        counted.check()
        self.answered += counted.count
        self._sets, self._claims = _Sets(), _Claims()

    @staticmethod
    def _expect(is_so: bool, problem: str) -> None:
        if not is_so:
            raise DamagedError(f"it holds {problem}")


class _Sets:
    """The sets a 999 answers, against its AK9."""

    def __init__(self) -> None:
        self.count = 0
        self._accepted = 0
        self._stated: list[str] = []

    def take(self, segment: list[str]) -> None:
        if segment[0] == "AK2":
            self.count += 1
        elif segment[0] == "IK5":
            self._accepted += segment[1] in ("A", "E")
        elif segment[0] == "AK9":
            self._stated = segment[1:5]

    def check(self) -> None:
        if len(self._stated) < 4:
            raise DamagedError("it lacks an AK9")
        verdict, _, received, accepted = self._stated
        # Of a group that is refused the sets are counted, not answered.
        if self.count and received != str(self.count):
            raise DamagedError("AK903 is not the number of its AK2")
        if accepted != str(self._accepted):
            raise DamagedError("AK904 is not the number of sets accepted")
        if (verdict == "R") != (accepted == "0") or (verdict == "P") != (
            0 < int(accepted) < int(received)
        ):
            raise DamagedError("AK901 is not what its sets come to")
        self.count = int(received)


class _Claims:
    """The claims a transaction set of a 277CA answers, against the totals above them."""

    def __init__(self) -> None:
        self._levels = 0
        self._level = ""
        self._has_claims = False
        self._stated = dict.fromkeys(("90", "AA", "YU", "YY"), Decimal(0))
        self._counted = {"WQ": 0, "U": 0}
        self._charge = {"WQ": Decimal(0), "U": Decimal(0)}
        self._is_new = False

    @property
    def count(self) -> int:
        """Claims stated."""
        return int(self._stated["90"] + self._stated["AA"])

    def take(self, segment: list[str]) -> None:
        name = segment[0]
        if name == "HL":
            self._levels += 1
            self._level = segment[3]
            if segment[1] != str(self._levels):
                raise DamagedError("HL01 is out of sequence")
        elif self._level == "PT":
            self._patient(segment)
        elif self._level == "21" and name in ("QTY", "AMT"):
            self._stated[segment[1]] = amount(segment[2]) or Decimal(0)

    def _patient(self, segment: list[str]) -> None:
        if segment[0] == "TRN":
            self._is_new = self._has_claims = True
        elif segment[0] == "STC" and self._is_new:
            self._is_new = False
            self._counted[segment[3]] += 1
            self._charge[segment[3]] += amount(segment[4]) or 0

    def check(self) -> None:
        """Raises DamagedError; a set that is refused as a whole lists no claims."""
        if not self._has_claims:
            return
        if self._counted != {"WQ": self._stated["90"], "U": self._stated["AA"]}:
            raise DamagedError("QTY is not the number of claims listed")
        if self._charge != {"WQ": self._stated["YU"], "U": self._stated["YY"]}:
            raise DamagedError("AMT is not what the claims listed come to")


def acknowledgment_fault(path: Path, kind: str, answered: int) -> str:
    """What is wrong with an acknowledgment that is to answer so many interchanges (ta1), sets
    (999) or claims (277ca); empty if nothing is. Raises OSError."""
    reading = AcknowledgmentReading(kind)
    try:
        reading.read(path)
    except DamagedError as error:
        return str(error)
    except (ValueError, IndexError, KeyError):
        return "it cannot be read as X12"
    if reading.answered != answered:
        return f"it answers {reading.answered:,}, {answered:,} were meant"
    return ""


def _segments(lines: Iterable[str]) -> Iterator[list[str]]:
    for line in lines:
        if not line.endswith(END):
            raise DamagedError("a segment lacks its terminator")
        yield line.removesuffix(END).split(ELEMENT)


def _refuse(faults: Iterable[Fault]) -> None:
    for fault in faults:
        if fault.code in ENVELOPE_FAULTS:
            raise DamagedError(fault.message)
