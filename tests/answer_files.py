"""Answers made for tests, and the rows read from them."""

from collections.abc import Iterable, Sequence
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
