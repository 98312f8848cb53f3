"""Acknowledgments read back with the program's own reader, and pyx12's complaints about them."""

import io
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import gettempdir

from pyx12_verdict import pyx12_accepts

from scrubber.engine.results import Part
from scrubber.outputs.acknowledgments.answers import Answers
from scrubber.outputs.acknowledgments.control_numbers import DERIVED, ControlNumbers
from scrubber.x12.block import Block
from scrubber.x12.reader import BlockReader

Segment = list[str]


def answer(
    parts: Iterable[Part], as_of: date, numbers: ControlNumbers = DERIVED, messages: bool = True
) -> dict[str, str]:
    """The acknowledgments of a scrubbed file by kind; empty where there is nothing to answer."""
    files = {kind: io.BytesIO() for kind in ("ta1", "999", "277ca")}
    with Answers(files, as_of, Path(gettempdir()), numbers, messages) as answers:
        for part in parts:
            answers.add(part)
        answered = answers.finish()
    texts = {kind: file.getvalue().decode("ascii") for kind, file in files.items()}
    assert set(answered) == {kind for kind, text in texts.items() if text}
    return texts


@dataclass
class ReadSet:
    """A transaction set: its segments without ST and SE, and the GS it stands in."""

    group: Segment
    header: Segment
    segments: list[Segment] = field(default_factory=list)

    def all(self, *start: str) -> list[Segment]:
        """The segments that begin with these elements."""
        return [one for one in self.segments if tuple(one[: len(start)]) == start]

    def first(self, *start: str) -> Segment:
        return self.all(*start)[0]


@dataclass
class ReadInterchange:
    """An interchange whose counts and control numbers are right; TA1 and transaction sets."""

    header: Segment
    ta1: list[Segment] = field(default_factory=list)
    sets: list[ReadSet] = field(default_factory=list)


def read_back(text: str) -> list[ReadInterchange]:
    """The interchanges of an acknowledgment. Fails where an envelope is not in order."""
    found: list[ReadInterchange] = []
    group: Segment = []
    sets = groups = 0
    for one in segments_of(text):
        match one[0]:
            case "ISA":
                assert len(segment_text(one)) == 105
                found.append(ReadInterchange(one))
                groups = 0
            case "TA1":
                found[-1].ta1.append(one)
            case "GS":
                group, sets = one, 0
                groups += 1
            case "ST":
                sets += 1
                found[-1].sets.append(ReadSet(group, one))
            case "SE":
                last = found[-1].sets[-1]
                assert one[1:] == [str(len(last.segments) + 2), last.header[2]]
            case "GE":
                assert one[1:] == [str(sets), group[6]]
            case "IEA":
                assert one[1:] == [str(groups), found[-1].header[13]]
            case _:
                found[-1].sets[-1].segments.append(one)
    return found


def segments_of(text: str) -> Iterator[Segment]:
    for block in BlockReader([text.encode("ascii")]):
        assert isinstance(block, Block), "text outside the envelopes"
        for index in range(len(block.segments)):
            yield block.values(index)


def segment_text(segment: Segment) -> str:
    return "*".join(segment)


@dataclass(frozen=True)
class ReadClaim:
    """Loop 2200D: claim number, charge, whether it was accepted, its statuses (category, code),
    those of its lines by REF*FJ, and the patient's NM1."""

    claim_id: str
    charge: Decimal
    accepted: bool
    statuses: frozenset[tuple[str, str]]
    line_statuses: frozenset[tuple[str, str, str]]
    patient: tuple[str, ...]


def read_claims(one: ReadSet) -> list[ReadClaim]:
    """The claims of a 277CA transaction set, in order."""
    claims: list[ReadClaim] = []
    patient: tuple[str, ...] = ()
    bodies: list[tuple[tuple[str, ...], list[Segment]]] = []
    in_patient = False
    for segment in one.segments:
        if segment[0] == "HL":
            in_patient = segment[3] == "PT"
        elif segment[:2] == ["NM1", "QC"]:
            patient = tuple(segment)
        elif in_patient and segment[0] == "TRN":
            bodies.append((patient, [segment]))
        elif in_patient:
            bodies[-1][1].append(segment)
    for named, body in bodies:
        claims.append(_claim(named, body))
    return claims


def _claim(patient: tuple[str, ...], body: list[Segment]) -> ReadClaim:
    at = next((i for i, segment in enumerate(body) if segment[0] == "SVC"), len(body))
    own = [segment for segment in body[:at] if segment[0] == "STC"]
    lines: set[tuple[str, str, str]] = set()
    pending: set[tuple[str, str]] = set()
    for segment in body[at:]:
        if segment[0] == "STC":
            pending = set(composites(segment))
        elif segment[:2] == ["REF", "FJ"]:
            lines |= {(segment[2], *status) for status in pending}
    return ReadClaim(
        body[0][2],
        Decimal(own[0][4]),
        own[0][3] == "WQ",
        frozenset(status for segment in own for status in composites(segment)),
        frozenset(lines),
        patient,
    )


def composites(stc: Segment) -> list[tuple[str, str]]:
    """Category and code of STC01, STC10 and STC11."""
    texts = [stc[number] for number in (1, 10, 11) if number < len(stc) and stc[number]]
    return [(text.split(":")[0], text.split(":")[1]) for text in texts]


def pyx12_complaints(text: str) -> list[str]:
    """Why pyx12 does not accept a file, in its own words; empty where it does."""
    heard: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(record.getMessage())

    log = logging.getLogger("pyx12.error_handler")
    listener = Listener(logging.ERROR)
    log.addHandler(listener)
    level, log.level = log.level, logging.ERROR
    try:
        accepted = pyx12_accepts(text)
    finally:
        log.removeHandler(listener)
        log.level = level
    return [] if accepted else heard or ["no reason given"]
