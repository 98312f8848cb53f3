"""999 (005010X231A1): what is wrong with the syntax of each received transaction set.

One ST*999 per received group, written while the file is read: nothing is kept but counts.

Claims are judged one by one, so faults of syntax or guide inside one claim do not reject its set:
the set is accepted with errors (IK5*E) and the claim is refused in the 277CA. A set is rejected
(IK5*R) when its header, its group or its kind keeps every claim of it from passing. What was
repaired is noted all the same. Sources: 005010X231A1, X12 code lists 618, 620, 621, 716.

So is a set without any claim: there is nothing in it to accept.

IK303 has room for four characters: loop 2010AA is written 2010. Groups of acknowledgments are never
acknowledged, and nothing is said of what a TA1 rejects.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import BinaryIO

from scrubber.engine.results import Part
from scrubber.findings import Finding
from scrubber.guide.hierarchy import FROM_LEVEL
from scrubber.outputs.acknowledgments.control_numbers import (
    AnswerNumbers,
    ControlNumbers,
    digits_of,
)
from scrubber.outputs.acknowledgments.envelopes import (
    Group,
    Interchange,
    Listener,
    Trailer,
    TransactionSet,
)
from scrubber.outputs.acknowledgments.reply import group_number, reply_header
from scrubber.outputs.acknowledgments.segment_errors import (
    SegmentError,
    error_code,
    segment_errors,
)
from scrubber.outputs.x12_writer import X12Writer, plain
from scrubber.x12.whole_number import whole_number

VERSION = "005010X231A1"
MOST_CODES = 5
LONGEST_REFERENCE = 35
MOST_SETS = 10**6
ACKNOWLEDGMENT = "FA"
VERSION_OF_ISA = "005010"
"""What ISA12 says of a group whose GS08 is empty: AK103 must say something."""
# IK502 for a fault of an ST element, and of an SE element.
ST_CODES = {1: "6", 2: "7", 3: "19"}
Place = tuple[str, int, int | None, int | None]
SET_CODES = frozenset({"3", "4", "6", "7", "19", "23", "I6"})


class Ack999Writer(Listener):
    """Listens to a file and writes the 999 that answers it."""

    def __init__(self, out: BinaryIO, as_of: date, numbers: ControlNumbers) -> None:
        self._writer = X12Writer(out, as_of)
        self._numbers = AnswerNumbers("999", numbers)
        self._interchange: Interchange | None = None
        self._own_number = ""
        self._groups = 0
        self._group: Group | None = None
        self._set: TransactionSet | None = None
        self._group_codes: list[str] = []
        self._codes: list[str] = []
        self._received = self._accepted = self._noted = 0
        self._claims = self._end = 0
        self._told: dict[str, set[Place]] = {}
        self._told_by_claim: set[Place] = set()
        self.answered = 0

    @property
    def wrote(self) -> bool:
        """Whether there was a group to answer."""
        return self._writer.wrote

    def open_interchange(self, interchange: Interchange) -> None:
        """The answer's own interchange is opened with its first group."""
        self._interchange = interchange
        self._groups = 0

    def open_group(self, group: Group) -> None:
        """ST*999 and AK1."""
        interchange = self._interchange
        self._group = None
        if interchange is None or interchange.rejected or group.missing:
            return
        if group.values[1] == ACKNOWLEDGMENT:
            return
        self._group = group
        writer, values = self._writer, group.values
        if not self._groups:
            header = reply_header(interchange, self._numbers)
            self._own_number = header.number
            writer.open_interchange(header)
        number = group_number(self._own_number, self._groups)
        self._groups += 1
        writer.open_group("FA", values[3], values[2], number, VERSION)
        writer.open_set("999", VERSION)
        version = plain(values[8], 12) or VERSION_OF_ISA
        writer.segment("AK1", plain(values[1], 2) or "HC", _control(values[6]), version)
        self._received = self._accepted = self._noted = 0
        self._group_codes = _group_codes(group)

    def open_set(self, received: TransactionSet) -> None:
        """AK2 and the errors of the set's header."""
        self._received += 1
        self._set = received
        self._told = {"ST": set(map(_place, received.part.findings))}
        self._told_by_claim = set()
        self._claims = 0
        self._end = received.part.ordinal + received.part.segments
        if self._group is None or not self._group.supported:
            return
        values = received.values
        # AK2 has room for nothing but a right ST01 and ST02; IK502 says where they were not.
        identifier = plain(values[1])
        identifier = identifier if len(identifier) == 3 and identifier.isalnum() else "837"
        number = plain(values[2])[-9:].strip().rjust(4, "0")
        self._writer.segment("AK2", identifier, number, plain(values[3], 35))
        self._codes = []
        part = received.part
        own = [one for one in part.findings if one.segment == part.ordinal and one.element]
        self._codes += [_set_code(one) for one in own]
        if received.supported:
            others = [one for one in part.findings if one not in own and one.code != "S112"]
            self._report(others, part, received.start, "")

    def inside(self, part: Part, start: int) -> None:
        """The errors of a level or a claim, those of the levels above it left to them."""
        if self._group is None or not self._group.supported:
            return
        self._end = part.ordinal + part.segments
        if part.claim is None:
            for level in FROM_LEVEL.get(part.kind, ()):
                self._told.pop(level, None)
            self._told[part.kind] = set(map(_place, part.findings))
            self._report(part.findings, part, start, "")
            return
        self._claims += 1
        found = part.claim.findings
        if found:
            own = [one for one in found if one.segment >= part.ordinal]
            if len(own) < len(found):
                self._report_above(found, part)
            self._report(own, part, start, part.claim.claim_id)

    def late(self, part: Part) -> None:
        """The errors of a level that are known only when it is over. Trailers that the end of the
        file shows to be missing have no place: IK5 and AK9 tell of them."""
        if self._group is not None and self._group.supported:
            self._report([one for one in part.findings if one.path], part, None, "")

    def close_set(self, trailer: Trailer) -> None:
        """IK5."""
        received, group = self._set, self._group
        assert received is not None
        if group is None or not group.supported:
            return
        if received.supported and not self._claims:
            self._write(SegmentError(self._end, "CLM", "2300", "3"), "")
            self._codes.append("I5")
        if trailer.missing:
            self._codes.append("2")
        self._codes += [one.syntax for one in trailer.findings if one.code in ("S110", "S111")]
        codes = list(dict.fromkeys(self._codes))[:MOST_CODES]
        rejected = received.rejected or not self._claims
        self._writer.segment("IK5", "R" if rejected else "E" if codes else "A", *codes)
        self._accepted += not rejected
        self._noted += bool(codes)

    def close_group(self, trailer: Trailer) -> None:
        """AK9 and the trailers of our own group."""
        group = self._group
        if group is None:
            return
        if trailer.missing:
            self._group_codes.append("3")
        self._group_codes += [
            one.syntax for one in trailer.findings if one.code in ("S107", "S108")
        ]
        self.answered += self._received
        codes = list(dict.fromkeys(self._group_codes))[:MOST_CODES]
        stated = whole_number(trailer.values[1])
        if stated is None or stated >= MOST_SETS:
            stated = self._received
        writer = self._writer
        writer.segment(
            "AK9", self._verdict(codes), str(stated), str(self._received),
            str(self._accepted), *codes,
        )  # fmt: skip
        writer.close_set()
        writer.close_group()

    def close_interchange(self, _trailer: Trailer) -> None:
        """IEA of our own, where anything was answered."""
        if self._groups:
            self._writer.close_interchange()

    def _verdict(self, codes: list[str]) -> str:
        if not self._accepted:
            return "R"
        if self._accepted < self._received:
            return "P"
        return "E" if codes or self._noted else "A"

    def _report_above(self, findings: Iterable[Finding], part: Part) -> None:
        """What a claim alone shows to be wrong above it, once for the claims that follow each
        other."""
        assert self._set is not None
        first = self._set.part.ordinal
        above = {
            place: one
            for one in findings
            if first < one.segment < part.ordinal and not self._is_told(place := _place(one))
        }
        self._report(
            [one for place, one in above.items() if place not in self._told_by_claim],
            part, None, "",
        )  # fmt: skip
        self._told_by_claim = set(above)

    def _is_told(self, place: Place) -> bool:
        return any(place in told for told in self._told.values())

    def _report(
        self, findings: Sequence[Finding], part: Part, start: int | None, claim_id: str
    ) -> None:
        """`start` is the byte of the file the part begins with; None where findings lie before
        it."""
        errors = segment_errors(findings, part.received, start)
        self._codes += error_code(findings)
        for error in errors:
            self._write(error, claim_id)

    def _write(self, error: SegmentError, claim_id: str) -> None:
        assert self._set is not None
        writer = self._writer
        position = error.ordinal - self._set.part.ordinal + 1
        writer.segment("IK3", error.segment, str(position), error.loop, error.code)
        if claim_id:
            writer.segment("CTX", f"CLM01:{plain(claim_id, LONGEST_REFERENCE)}")
        for one in error.elements:
            writer.segment("IK4", one.position, one.data_element, one.code, one.copy)


def _place(finding: Finding) -> Place:
    return finding.code, finding.segment, finding.element, finding.component


def _control(number: str) -> str:
    """AK102: GS06 as a number of at most nine digits."""
    return str(int(digits_of(number, 9)))


def _group_codes(group: Group) -> list[str]:
    """AK905 and on for a GS."""
    if not group.supported:
        return ["2" if group.values[1] == "HC" else "1"]
    codes: list[str] = []
    for finding in group.findings:
        if finding.code == "S130":
            codes.append("19")
        elif finding.code == "S109" and finding.element == 6:
            codes.append("6")
        elif finding.code == "S138" and not finding.fixed:
            codes.append("2")
    return codes


def _set_code(finding: Finding) -> str:
    """IK502 for a finding on an ST."""
    if finding.syntax in SET_CODES and finding.code in ("S113", "S130", "S138", "S211"):
        return finding.syntax
    return ST_CODES.get(finding.element or 0, "5")
