"""Files made from the guide itself: every loop, segment and element it knows, right by its rules.

What is optional is there with the chance `richness`; what leads to the `target` definition is
always there. Places of one position come in any order. Values are random, right in type, length,
code list and relational notes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random

from scrubber.guide.definitions import (
    ElementDefinition,
    LoopDefinition,
    Note,
    SegmentDefinition,
    load_guide,
)
from scrubber.guide.notes import broken_note

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"
INSIDE = LETTERS + DIGITS + "    -.,'/#&"
MONEY, DATE_FORMAT = "782", "1250"
# The second PWK of a line shares its qualifier with the first, where pyx12 looks for all of them.
UNREACHED_BY_PYX12 = ("2400/PWK", frozenset({"CT"}))
# Of one position with the other loops 2420, but pyx12 takes them only after those.
LAST_FOR_PYX12 = "2420G 2420H"
# pyx12 asks every subscriber for an id, though an employer as the insured has none.
ASKED_BY_PYX12 = "2010BA"
LEVEL_CODES = {"2000A": "20", "2000B": "22", "2000C": "23"}


@dataclass(frozen=True)
class Row:
    """One segment of a file and the place in the guide it was made for; None in the envelope."""

    text: str
    definition: SegmentDefinition | None = None


@cache
def all_definitions() -> tuple[SegmentDefinition, ...]:
    """Every place of the guide that a file can be made for."""
    return tuple(
        one
        for loop in load_guide().values()
        for one in loop.segments
        if one.id != "SE" and (one.address, one.qualifiers) != UNREACHED_BY_PYX12
    )


def valid_rows(seed: int, richness: float, target: SegmentDefinition | None = None) -> list[Row]:
    """The rows of a valid file with one transaction set."""
    return list(_Writer(Random(seed), richness, target).rows())


def text_of(rows: Sequence[Row]) -> str:
    """The file, one segment a line."""
    return "".join(f"{row.text}~\n" for row in rows)


class _Writer:
    def __init__(self, dice: Random, richness: float, target: SegmentDefinition | None) -> None:
        self._dice = dice
        self._richness = richness
        self._target = target
        self._path = _loops_above(target)
        self._levels = 0
        self._lines = 0

    def rows(self) -> Iterator[Row]:
        yield Row(
            "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       "
            "*260301*1200*^*00501*000000001*0*P*:"
        )
        yield Row("GS*HC*SENDER*RECEIVER*20260301*1200*1*X*005010X222A1")
        body = list(self._set())
        yield from body
        yield Row(f"SE*{len(body) + 1}*0001")
        yield Row("GE*1*1")
        yield Row("IEA*1*000000001")

    def _set(self) -> Iterator[Row]:
        guide = load_guide()
        start, header = guide["ST"].segments[:2]
        yield Row("ST*837*0001*005010X222A1", start)
        yield self._row(header)
        yield from self._loop(guide["1000A"])
        yield from self._loop(guide["1000B"])
        for _ in range(self._times(guide["2000A"])):
            yield from self._billing_provider()

    def _billing_provider(self) -> Iterator[Row]:
        guide = load_guide()
        number = self._levels + 1
        yield from self._level("2000A", "", True)
        for _ in range(self._times(guide["2000B"])):
            wants_dependent = "2000C" in self._path or self._chance()
            own_number = self._levels + 1
            yield from self._level("2000B", str(number), wants_dependent)
            if not wants_dependent or self._chance():
                yield from self._claims()
            if wants_dependent:
                for _ in range(self._times(guide["2000C"], required=True)):
                    yield from self._level("2000C", str(own_number), False)
                    yield from self._claims()

    def _level(self, loop_id: str, parent: str, has_child: bool) -> Iterator[Row]:
        self._levels += 1
        rows = self._loop(load_guide()[loop_id])
        first = next(rows)
        values = [str(self._levels), parent, LEVEL_CODES[loop_id], str(int(has_child))]
        yield Row("*".join(["HL", *values]), first.definition)
        yield from rows

    def _claims(self) -> Iterator[Row]:
        claim = load_guide()["2300"]
        for _ in range(self._times(claim, required=True)):
            self._lines = 0
            yield from self._loop(claim)

    def _loop(self, loop: LoopDefinition) -> Iterator[Row]:
        yield self._row(loop.segments[0])
        positions = sorted({_position(child, loop) for child in loop.children()})
        for position in positions:
            here = [one for one in loop.children() if _position(one, loop) == position]
            for child in self._in_any_order(here):
                if child.loop is not loop:
                    if child.loop.id in (*LEVEL_CODES, "2300"):
                        continue
                    for _ in range(self._times(child.loop)):
                        yield from self._loop(child.loop)
                elif (child.address, child.qualifiers) != UNREACHED_BY_PYX12:
                    for _ in range(self._times(child)):
                        yield self._row(child)

    def _times(self, one: SegmentDefinition | LoopDefinition, required: bool = False) -> int:
        wanted = one is self._target or (isinstance(one, LoopDefinition) and one.id in self._path)
        times = int(required or one.usage == "R" or wanted or self._chance())
        if times and one.repeat != 1 and self._dice.random() < self._richness / 4:
            times = min(2 + (self._dice.random() < 0.2), one.repeat or 3)
        return times

    def _row(self, definition: SegmentDefinition) -> Row:
        values = [self._value(one) for one in definition.elements]
        if definition.id == "REF" and values[0] == "SY":
            values[1] = self._digits(9, 9)
        if definition.loop.id == ASKED_BY_PYX12 and definition.starts_loop:
            values[7:9] = [self._filled(one) for one in definition.elements[7:9]]
        if not any(values):
            filled = next(one for one in definition.elements if one.usage != "N")
            values[filled.number - 1] = self._filled(filled)
        for at, element in enumerate(definition.elements[:-1]):
            if element.data_element == DATE_FORMAT and values[at]:
                values[at + 1] = self._date(values[at])
        for _ in range(3):
            for note in definition.notes:
                if broken_note(note, ["", *values]):
                    self._mend(note, definition, values)
        if definition.id == "LX":
            self._lines += 1
            values = [str(self._lines)]
        return Row("*".join([definition.id, *values]).rstrip("*"), definition)

    def _mend(self, note: Note, definition: SegmentDefinition, values: list[str]) -> None:
        """Fill or empty elements so that the note holds."""
        usable = [n for n in note.elements if definition.elements[n - 1].usage != "N"]
        if note.kind == "E":
            values[note.elements[-1] - 1] = ""
            return
        if note.kind == "C" and len(usable) < len(note.elements):
            values[note.elements[0] - 1] = ""
            return
        for number in usable[: 1 if note.kind == "R" else 2 if note.kind == "L" else None]:
            element = definition.elements[number - 1]
            values[number - 1] = values[number - 1] or self._filled(element)
            if element.data_element == DATE_FORMAT:
                values[number] = self._date(values[number - 1])

    def _value(self, element: ElementDefinition) -> str:
        if element.usage == "N" or (element.usage == "S" and not self._chance()):
            return ""
        return self._filled(element)

    def _filled(self, element: ElementDefinition) -> str:
        if element.is_composite:
            return ":".join([self._value(part) for part in element.components]).rstrip(":")
        if element.codes:
            return self._dice.choice(sorted(element.codes - {"31"}))
        match element.kind:
            case "DT":
                return self._date("D8")
            case "TM":
                return f"{self._dice.randrange(24):02d}{self._dice.randrange(60):02d}"
            case "N0":
                return self._digits(element.shortest, min(element.longest, 4))
            case "R":
                return self._decimal(element)
            case "ID":
                length = self._dice.randint(max(element.shortest, 1), element.longest)
                return "".join(self._dice.choices(LETTERS + DIGITS, k=length))
            case _:
                return self._words(max(element.shortest, 1), element.longest)

    def _words(self, shortest: int, longest: int) -> str:
        longest = self._dice.choice([longest, min(longest, shortest + 8)])
        length = self._dice.randint(shortest, longest)
        text = "".join(self._dice.choices(INSIDE, k=length))
        ends = self._dice.choices(LETTERS + DIGITS, k=2)
        return (ends[0] + text[1:-1] + ends[1])[:length] if length > 1 else ends[0]

    def _digits(self, shortest: int, longest: int) -> str:
        length = self._dice.randint(max(shortest, 1), longest)
        return "".join(self._dice.choices(DIGITS, k=length))

    def _decimal(self, element: ElementDefinition) -> str:
        longest = min(element.longest, 8 if element.data_element == MONEY else element.longest)
        decimals = self._dice.choice([0, 0, 1, 2]) if longest > 4 else 0
        whole = str(int(self._digits(element.shortest, longest - decimals)))
        return f"{whole}.{self._digits(decimals, decimals)}" if decimals else whole

    def _date(self, form: str) -> str:
        first = date(2000, 1, 1) + timedelta(self._dice.randrange(9000))
        if form == "RD8":
            last = first + timedelta(self._dice.randrange(40))
            return f"{first:%Y%m%d}-{last:%Y%m%d}"
        return f"{first:%Y%m%d}"

    def _chance(self) -> bool:
        return self._dice.random() < self._richness

    def _in_any_order(self, children: list[SegmentDefinition]) -> list[SegmentDefinition]:
        """Some loops stay where the guide lists them, as pyx12 takes them in no other order."""
        if any(one.starts_loop and one.loop.usage == "R" for one in children):
            return children
        mixed = self._dice.sample(children, len(children))
        return sorted(mixed, key=lambda one: LAST_FOR_PYX12.find(one.loop.id))


def _loops_above(target: SegmentDefinition | None) -> set[str]:
    found: set[str] = set()
    loop = target.loop if target is not None else None
    while loop is not None:
        found.add(loop.id)
        loop = loop.parent
    return found


def _position(child: SegmentDefinition, loop: LoopDefinition) -> int:
    return child.position if child.loop is loop else child.loop.position
