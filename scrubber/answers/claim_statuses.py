"""Reads one transaction set of a 277CA (005010X214): the statuses of source, batch, provider,
claim and line, all that stand in a row.

Element by element after pyx12's map 277.5010.X214.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from scrubber.answers.rows import Row, Status
from scrubber.answers.source import Part, Source
from scrubber.codes.claim_status import category
from scrubber.x12.block import Block

_LEVELS = {"20": "source", "21": "receiver", "19": "provider", "PT": "claim"}
_COMPOSITES = (1, 10, 11)
_UNREAD = frozenset({"PER", "QTY", "AMT"})


class ClaimStatuses:
    """A 277CA, fed level by level; what a level says of its sender holds for those below it."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._sender = self._sender_role = self._batch = self._provider = ""

    def rows(self, block: Block, is_cut: bool) -> Iterator[Row]:  # noqa: ARG002
        """The rows of a block of the set."""
        source = Source(block, self._file)
        level = _LEVELS.get(source.text(0, 3), "") if block.id == "HL" else ""
        if block.id == "ST":
            for index in range(1, len(block.segments)):
                if source.text(index, 0) != "BHT":
                    source.misplaced(index, "the heading of a 277CA")
        elif not level:
            source.misplaced(0, "a 277CA; neither is what follows it")
        else:
            yield from self._level(source, level)
        yield from source.problems

    def end(self, is_whole: bool) -> Iterator[Row]:  # noqa: ARG002
        """Nothing is known at the end only."""
        yield from ()

    def _level(self, source: Source, level: str) -> Iterator[Row]:
        name, groups = _parts(source)
        if level == "source":
            self._sender, self._sender_role = source.text(name, 3), source.text(name, 1)
            self._batch = self._provider = ""
        elif level == "receiver":
            self._batch, self._provider = source.text(groups[0][0].index, 2), ""
        elif level == "provider":
            self._provider = source.text(name, 9)
        for claim, *lines in groups:
            statuses = list(self._statuses(source, level, name, claim, None))
            for line in lines:
                statuses += self._statuses(source, "line", name, claim, line)
            if level == "claim" and not statuses:
                source.complain(claim.index, "is not followed by a status (STC)")
            yield from statuses

    def _statuses(
        self, source: Source, level: str, name: int, claim: Part, line: Part | None
    ) -> Iterator[Row]:
        part = line or claim
        days = _days(source, part) if "472" in part.dates else _days(source, claim)
        code, modifiers, charge = "", "", None
        if line is not None:
            procedure = source.parts(line.index, 1)
            code = procedure[1] if len(procedure) > 1 else ""
            modifiers = " ".join(filter(None, procedure[2:6]))
            charge = source.amount(line.index, 2)
        is_claim = level in {"claim", "line"}
        person = [source.text(name, at) if is_claim else "" for at in (3, 4, 9)]
        for index in part.statuses:
            effective = source.day(index, 2)
            amount = charge if line is not None else source.amount(index, 4)
            for element in _COMPOSITES:
                if source.text(index, element):
                    yield self._status(
                        source, level, claim, line, index, element, effective, amount, days,
                        (code, modifiers), person,
                    )  # fmt: skip

    def _status(
        self,
        source: Source,
        level: str,
        claim: Part,
        line: Part | None,
        index: int,
        element: int,
        effective: date | None,
        charge: Decimal | None,
        days: tuple[date | None, date | None],
        procedure: tuple[str, str],
        person: list[str],
    ) -> Status:
        code = source.text(index, element, 1)
        known = category(code)
        rejected = "" if known is None else "yes" if known.rejected else "no"
        return Status(
            self._file,
            level,
            source.text(claim.index, 2) if level in {"claim", "line"} else "",
            line.references.get("FJ", "") if line is not None else "",
            code,
            source.text(index, element, 2),
            source.text(index, element, 3),
            source.text(index, 3),
            rejected,
            effective,
            charge,
            claim.references.get("1K", ""),
            claim.references.get("D9", ""),
            self._batch,
            self._sender,
            self._sender_role,
            self._provider,
            *days,
            *procedure,
            source.block.ordinal + index,
            source.block.offset(index),
            person[0],
            person[1],
            person[2],
            source.text(index, 12),
        )


def _parts(source: Source) -> tuple[int, list[list[Part]]]:
    """The number of the NM1 of a level, and its traces (TRN), each a claim and its lines."""
    name = 0
    groups: list[list[Part]] = []
    part = Part(0)
    for index in range(1, len(source.block.segments)):
        kind = source.text(index, 0)
        if kind == "NM1":
            name = name or index
        elif kind == "TRN":
            part = Part(index)
            groups.append([part])
        elif kind == "SVC" and groups:
            part = Part(index)
            groups[-1].append(part)
        elif kind == "STC":
            part.statuses.append(index)
        elif kind == "REF":
            part.references.setdefault(source.text(index, 1), source.text(index, 2))
        elif kind == "DTP":
            part.dates.setdefault(source.text(index, 1), index)
        elif kind not in _UNREAD:
            source.misplaced(index, "a level of a 277CA")
    return name, groups or [[part]]


def _days(source: Source, part: Part) -> tuple[date | None, date | None]:
    index = part.dates.get("472")
    return source.period(index) if index is not None else (None, None)
