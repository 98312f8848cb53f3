"""A second, deliberately plain reading of generated claims, for tests that check the generator.

It knows only files in plain delimiters whose segments are in order, as the generator writes them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass
class ReadLine:
    """A service line's segments, each split into elements."""

    segments: list[list[str]]

    def first(self, *start: str) -> list[str]:
        return find(self.segments, *start)[0]

    def all(self, *start: str) -> list[list[str]]:
        return find(self.segments, *start)

    @property
    def code(self) -> str:
        return self.first("SV1")[1].split(":")[1]

    @property
    def modifiers(self) -> list[str]:
        return [modifier for modifier in self.first("SV1")[1].split(":")[2:6] if modifier]

    @property
    def charge(self) -> Decimal:
        return Decimal(self.first("SV1")[2])

    @property
    def units(self) -> Decimal:
        return Decimal(self.first("SV1")[4])

    @property
    def pointers(self) -> list[int]:
        return [int(pointer) for pointer in self.first("SV1")[7].split(":")]

    @property
    def date(self) -> str:
        return self.first("DTP", "472")[3]


@dataclass
class ReadClaim:
    """A claim with the segments of the provider, subscriber and patient levels above it."""

    provider: list[list[str]]
    subscriber: list[list[str]]
    patient: list[list[str]]
    head: list[list[str]] = field(default_factory=list)
    lines: list[ReadLine] = field(default_factory=list)

    @property
    def claim_id(self) -> str:
        return self.head[0][1]

    @property
    def charge(self) -> Decimal:
        return Decimal(self.head[0][2])

    @property
    def filing(self) -> str:
        return find(self.subscriber, "SBR")[0][9]

    @property
    def payer_id(self) -> str:
        return find(self.subscriber, "NM1", "PR")[0][9]

    @property
    def diagnoses(self) -> list[str]:
        return [composite.split(":")[1] for composite in find(self.head, "HI")[0][1:]]

    @property
    def text(self) -> list[str]:
        """Everything of the claim itself, one segment an entry."""
        rows = [*self.head, *(segment for line in self.lines for segment in line.segments)]
        return ["*".join(row) for row in rows]


def find(segments: list[list[str]], *start: str) -> list[list[str]]:
    """The segments that begin with these elements."""
    return [segment for segment in segments if tuple(segment[: len(start)]) == start]


def segments_of(text: str) -> list[list[str]]:
    return [segment.split("*") for segment in text.split("~") if segment.strip()]


def claims_of(text: str) -> Iterator[ReadClaim]:
    """The claims of a generated file, in order."""
    levels: dict[str, list[list[str]]] = {"20": [], "22": [], "23": []}
    level = ""
    claim: ReadClaim | None = None
    for segment in segments_of(text):
        if segment[0] in ("HL", "CLM", "SE") and claim is not None:
            yield claim
            claim = None
        if segment[0] == "SE":
            level = ""
        elif segment[0] == "HL":
            level = segment[3]
            for below in ("20", "22", "23"):
                if below >= level:
                    levels[below] = []
        elif segment[0] == "CLM":
            claim = ReadClaim(levels["20"], levels["22"], levels["23"], [segment])
        elif claim is None:
            if level:
                levels[level].append(segment)
        elif segment[0] == "LX":
            claim.lines.append(ReadLine([segment]))
        elif claim.lines:
            claim.lines[-1].segments.append(segment)
        else:
            claim.head.append(segment)
