"""Answers made for tests, and the rows read from them."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from scrubber.answers.read import read_answers
from scrubber.answers.rows import Row

ANSWERS = Path(__file__).parent.parent / "fixtures" / "answers"
Kind = TypeVar("Kind", bound=Row)

HEADING = (
    "BPR*I*{paid}*C*CHK************20260320",
    "TRN*1*T1*1512345678",
    "DTM*405*20260320",
    "N1*PR*TEST MEDICARE",
    "N1*PE*TEST THERAPY*XX*1234567893",
    "LX*1",
)


def remittance(segments: Iterable[str], paid: object = "0", terminator: str = "~") -> bytes:
    """An 835 of one set with these segments behind its heading."""
    heading = [one.format(paid=paid) for one in HEADING]
    return interchange([[*heading, *segments]], "835", "HP", "005010X221A1", terminator)


def interchange(
    sets: Sequence[Sequence[str]], kind: str, group: str, version: str, terminator: str = "~"
) -> bytes:
    """Transaction sets in an envelope whose counts are right."""
    lines = [
        "ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         "
        "*260320*1200*^*00501*000000001*0*T*:",
        f"GS*{group}*PAYER*CLINIC*20260320*1200*1*X*{version}",
    ]
    for number, segments in enumerate(sets, 1):
        lines += [f"ST*{kind}*{number:04d}", *segments]
        lines.append(f"SE*{len(segments) + 2}*{number:04d}")
    lines += [f"GE*{len(sets)}*1", "IEA*1*000000001"]
    return "".join(line + terminator for line in lines).encode()


def read(content: bytes, size: int = 0) -> list[Row]:
    """All rows of a file, read in pieces of `size` bytes."""
    size = size or len(content) or 1
    pieces = [content[at : at + size] for at in range(0, len(content), size)]
    return list(read_answers(pieces, "a.835"))


def of_kind(rows: Iterable[Row], kind: type[Kind]) -> list[Kind]:
    """The rows of one table."""
    return [row for row in rows if isinstance(row, kind)]


def claims(
    *sent: Sequence[str],
    provider: str = "1234567893",
    payer: str = "TEST MEDICARE",
    order: str = "P",
    made_on: str = "20260303",
    batch: str = "BATCH1",
) -> bytes:
    """An 837P whose claims are these segments, all of one patient."""
    segments = [
        f"BHT*0019*00*{batch}*{made_on}*1200*CH",
        "NM1*41*2*TEST THERAPY*****46*CLINIC",
        "NM1*40*2*RECEIVER*****46*PAYER",
        "HL*1**20*1",
        f"NM1*85*2*TEST THERAPY*****XX*{provider}",
        "REF*EI*123456789",
        "HL*2*1*22*0",
        f"SBR*{order}*18*******MB",
        "NM1*IL*1*TEST*PATIENT****MI*1EG4TE5MK73",
        f"NM1*PR*2*{payer}*****PI*12345",
        *(segment for one in sent for segment in one),
    ]
    return interchange([segments], "837", "HC", "005010X222A1")


def claim(number: str, *lines: str, frequency: str = "1", replaces: str = "") -> list[str]:
    """A claim; each line as `code:modifiers charge units day 6R`, the last one or not at all."""
    given = [line.split() for line in lines]
    total = sum(Decimal(one[1]) for one in given)
    segments = [f"CLM*{number}*{total}***11:B:{frequency}*Y*A*Y*Y"]
    segments += [f"REF*F8*{replaces}"] if replaces else []
    for at, (code, charge, units, day, *control) in enumerate(given, 1):
        segments += [f"LX*{at}", f"SV1*HC:{code}*{charge}*UN*{units}***1", f"DTP*472*D8*{day}"]
        segments += [f"REF*6R*{control[0]}"] if control else []
    return segments
