"""The claims of an 837P as answers are matched to them: numbers, money and days, no more."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from hashlib import blake2b
from typing import NamedTuple

from scrubber.answers.rows import Problem
from scrubber.answers.source import Part, Source
from scrubber.engine.stray_text import stray_reason
from scrubber.x12.blanks import BLANKS
from scrubber.x12.block import Block
from scrubber.x12.reader import BlockReader, StrayText


class SentLine(NamedTuple):
    """A 2400 loop; `number` is LX01, `control_number` REF*6R."""

    number: str
    control_number: str
    code: str
    modifiers: frozenset[str]
    charge: Decimal | None
    units: Decimal | None
    first_day: date | None
    last_day: date | None


class SentClaim(NamedTuple):
    """A claim as it was sent. `provider` holds NPI and tax id of 2010AA, the payer is that of
    2010BB; `replaces` is REF*F8; `batch` and `made_on` are BHT03 and BHT04. `digest` is the same
    for a claim that stands in another copy of its file."""

    file: str
    segment: int
    byte: int
    claim_id: str
    frequency: str
    charge: Decimal | None
    replaces: str
    provider: frozenset[str]
    payer_name: str
    payer_id: str
    responsibility: str
    member: str
    batch: str
    made_on: date | None
    first_day: date | None
    last_day: date | None
    authorized: bool
    digest: bytes
    lines: tuple[SentLine, ...]

    @property
    def payer(self) -> frozenset[str]:
        """Id and name of the payer, in capitals."""
        return known_names(self.payer_name, self.payer_id)

    @property
    def payer_label(self) -> str:
        """The payer as reports name it."""
        name = self.payer_name.upper() or "payer without a name"
        return f"{name} ({self.payer_id})" if self.payer_id else name


def read_sent(chunks: Iterable[bytes], file: str) -> Iterator[SentClaim | Problem]:
    """The claims of a file of professional claims, and what could not be read of them."""
    levels = SentReader(file)
    holds_claims = False
    for block in BlockReader(chunks):
        if not isinstance(block, StrayText):
            holds_claims = holds_claims or block.id == "CLM"
            yield from levels.claims(block)
        elif block.text.strip(BLANKS):
            reason = f"{stray_reason(block, block.text)} ({len(block.text)} bytes not read)"
            yield Problem(file, 0, block.start, "", reason)
    if not holds_claims:
        yield Problem(file, 0, 0, "", "the file holds no claim (CLM)")


class SentReader:
    """Reads claims block by block; keeps what the levels above a claim say."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._batch = ""
        self._made_on: date | None = None
        self._provider: frozenset[str] = frozenset()
        self._payer = ("", "")
        self._responsibility = self._member = ""

    def claims(self, block: Block) -> Iterator[SentClaim | Problem]:
        """The claim of a block, if it is one, and what could not be read."""
        source = Source(block, self._file)
        if block.id == "ST":
            self._heading(source)
        elif block.id == "HL":
            self._level(source)
        elif block.id == "CLM":
            yield self._claim(source)
        yield from source.problems

    def _heading(self, source: Source) -> None:
        self._batch, self._made_on = "", None
        self._provider, self._payer = frozenset(), ("", "")
        self._responsibility = self._member = ""
        for index in range(1, len(source.block.segments)):
            if source.text(index, 0) == "BHT":
                self._batch, self._made_on = source.text(index, 3), source.day(index, 4)

    def _level(self, source: Source) -> None:
        kind = source.text(0, 3)
        if kind == "20":
            npi = _after(source, "NM1", "85", 9)
            tax_id = _after(source, "REF", "EI", 2) or _after(source, "REF", "SY", 2)
            self._provider = known_numbers(npi, tax_id)
            self._payer, self._responsibility, self._member = ("", ""), "", ""
        elif kind == "22":
            self._payer = _after(source, "NM1", "PR", 3), _after(source, "NM1", "PR", 9)
            self._responsibility = _after(source, "SBR", "", 1)
            self._member = _after(source, "NM1", "IL", 9)

    def _claim(self, source: Source) -> SentClaim:
        claim, lines = _parts(source)
        read = tuple([_line(source, part) for part in lines])
        firsts = [one.first_day for one in read if one.first_day is not None]
        lasts = [one.last_day for one in read if one.last_day is not None]
        return SentClaim(
            self._file,
            source.block.ordinal,
            source.block.start,
            source.text(0, 1),
            source.text(0, 5, 3),
            source.amount(0, 2),
            claim.references.get("F8", ""),
            self._provider,
            *self._payer,
            self._responsibility,
            self._member,
            self._batch,
            self._made_on,
            min(firsts, default=None),
            max(lasts, default=None),
            any("G1" in part.references for part in (claim, *lines)),
            self._digest(source.block),
            read,
        )

    def _digest(self, block: Block) -> bytes:
        above = (self._batch, str(self._made_on), self._responsibility, self._member)
        parties = (*self._payer, *sorted(self._provider))
        text = "\n".join((*above, *parties, *block.segments))
        return blake2b(text.encode("latin-1", "replace"), digest_size=16).digest()


def known_numbers(*numbers: str) -> frozenset[str]:
    """Identifiers that are given, without hyphens."""
    return frozenset(one.replace("-", "") for one in numbers if one)


def known_names(*names: str) -> frozenset[str]:
    """Names and identifiers that are given, in capitals."""
    return frozenset(one.upper() for one in names if one)


def _parts(source: Source) -> tuple[Part, list[Part]]:
    """The claim of a block without its other payers, and its lines."""
    claim = part = Part(0)
    lines: list[Part] = []
    for index in range(1, len(source.block.segments)):
        name = source.text(index, 0)
        if name == "LX":
            part = Part(index)
            lines.append(part)
        elif name in {"SBR", "SVD"}:
            part = Part(index)
        elif name == "SV1":
            part.statuses.append(index)
        elif name == "REF":
            part.references.setdefault(source.text(index, 1), source.text(index, 2))
        elif name == "DTP":
            part.dates.setdefault(source.text(index, 1), index)
    return claim, lines


def _line(source: Source, part: Part) -> SentLine:
    at = part.statuses[0] if part.statuses else part.index
    procedure = source.parts(at, 1) if part.statuses else []
    return SentLine(
        source.text(part.index, 1),
        part.references.get("6R", ""),
        procedure[1] if len(procedure) > 1 else "",
        frozenset(filter(None, procedure[2:6])),
        source.amount(at, 2) if part.statuses else None,
        source.quantity(at, 4) if part.statuses else None,
        *(source.period(part.dates["472"]) if "472" in part.dates else (None, None)),
    )


def _after(source: Source, name: str, qualifier: str, element: int) -> str:
    """An element of the first segment of that name and, if given, qualifier in a level."""
    for index in range(1, len(source.block.segments)):
        if source.text(index, 0) == name and qualifier in ("", source.text(index, 1)):
            return source.text(index, element)
    return ""
