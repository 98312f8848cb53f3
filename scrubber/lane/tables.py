"""The guide as flat arrays: which segment may follow which, and what surely is right in each.

The lane reads nothing else of the guide. What the arrays call right must never be more than what
`guide.check` finds no fault in; they may call right less, and then Python looks.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from scrubber.guide.definitions import (
    BLOCK_LOOPS,
    FIRST_SIGN,
    ElementDefinition,
    LoopDefinition,
    SegmentDefinition,
    all_definitions,
)
from scrubber.guide.notes import open_notes
from scrubber.guide.pattern import (
    ALWAYS_TAKEN_APART,
    DATE_FORMAT,
    LONGEST,
    arranged,
)
from scrubber.guide.pattern import MONEY as MONEY_ELEMENT
from scrubber.guide.pattern import QUANTITY as QUANTITY_ELEMENT

# How the text of an element is checked.
TEXT, CODE_LETTERS, WHOLE, MONEY, QUANTITY, NUMBER, DATE, TIME, CODES, COMPOSITE = range(10)
# How often: not at all, only by Python, where it is wanted, always.
UNUSED, BARRED, OPTIONAL, REQUIRED = range(4)
# What it forms with the next one: nothing, a pair, the start of a chain, a date and its format.
ALONE, PAIR, CHAIN, DATED = range(4)

KINDS = {"DT": DATE, "TM": TIME, "N0": WHOLE, "ID": CODE_LETTERS}
USAGES = {"R": REQUIRED, "S": OPTIONAL, "N": UNUSED}
LONGEST_CODE, LONGEST_ID, LONGEST_QUALIFIER = 8, 3, 4


def _ints() -> array[int]:
    return array("i")


def _words() -> array[int]:
    return array("Q")


@dataclass(slots=True)
class GuideTables:
    """Arrays over segment definitions in the order of the guide, over elements and components,
    over codes, and over what may follow a definition. `first_sign` is that of the first definition;
    `named` are the numbers of those that the lane asks for more than their form.

    An element is usage, kind, group, shortest, longest, and `first` and `count` of its codes or
    components. `follow_keys` hold id and qualifier packed into one number, ascending within a
    definition.
    """

    first_sign: int
    named: dict[str, int] = field(default_factory=dict)
    ids: array[int] = field(default_factory=_words)
    sure: array[int] = field(default_factory=_ints)
    needs_some: array[int] = field(default_factory=_ints)
    first_element: array[int] = field(default_factory=_ints)
    element_count: array[int] = field(default_factory=_ints)
    usage: array[int] = field(default_factory=_ints)
    kind: array[int] = field(default_factory=_ints)
    group: array[int] = field(default_factory=_ints)
    shortest: array[int] = field(default_factory=_ints)
    longest: array[int] = field(default_factory=_ints)
    first: array[int] = field(default_factory=_ints)
    count: array[int] = field(default_factory=_ints)
    codes: array[int] = field(default_factory=_words)
    first_follow: array[int] = field(default_factory=_ints)
    follow_count: array[int] = field(default_factory=_ints)
    follow_keys: array[int] = field(default_factory=_words)
    follow_definitions: array[int] = field(default_factory=_ints)


NAMED = {
    "CLM": ("2300", ""), "HI": ("2300", "ABK"), "LX": ("2400", ""), "SV1": ("2400", ""),
    "REF": ("2400", "6R"),
}  # fmt: skip
"""Loop and qualifier of the segments the lane knows by name."""

_Row = tuple[int, int, int, int, int, int, int]


@cache
def guide_tables() -> GuideTables:
    """The tables of the 837P."""
    definitions = all_definitions()
    tables = GuideTables(FIRST_SIGN)
    numbers = {id(one): number for number, one in enumerate(definitions)}
    qualifiers: dict[str, set[str]] = {}
    for one in definitions:
        qualifiers.setdefault(one.id, set()).update(one.qualifiers or {""})
    for number, one in enumerate(definitions):
        loop, qualifier = NAMED.get(one.id, ("", ""))
        if one.loop.id == loop and one.fits(one.id, qualifier):
            tables.named[one.id] = number
        _add_definition(tables, one)
        follows = sorted(
            (_packed(*key), numbers[id(next_one)])
            for key, next_one in _follows(one, qualifiers).items()
            if len(key[1]) <= LONGEST_QUALIFIER
        )
        tables.first_follow.append(len(tables.follow_keys))
        tables.follow_count.append(len(follows))
        tables.follow_keys.extend([key for key, _ in follows])
        tables.follow_definitions.extend([number for _, number in follows])
    return tables


def _packed(segment_id: str, qualifier: str) -> int:
    """Id and qualifier as one number."""
    name = segment_id.encode().ljust(LONGEST_ID, b"\0") + b"\0" * (5 - LONGEST_ID)
    return int.from_bytes(name[:4] + qualifier.encode().rjust(LONGEST_QUALIFIER, b"\0"), "big")


def _follows(
    one: SegmentDefinition, qualifiers: dict[str, set[str]]
) -> dict[tuple[str, str], SegmentDefinition]:
    """The first place of each segment after a definition, by id and qualifier, as the walker
    finds it: in the nearest loop that has any."""
    found: dict[tuple[str, str], SegmentDefinition] = {}
    loop: LoopDefinition | None = one.loop
    position = one.position
    while loop is not None:
        for child in loop.children():
            at = child.loop.position if child.loop is not loop else child.position
            if at >= position:
                for qualifier in child.qualifiers or qualifiers[child.id]:
                    found.setdefault((child.id, qualifier), child)
        if loop.id in BLOCK_LOOPS:
            break
        position = loop.position
        loop = loop.parent
    return found


def _add_definition(tables: GuideTables, one: SegmentDefinition) -> None:
    rows = list(_elements(tables, one))
    first = len(tables.usage)
    for row in rows:
        _add_row(tables, row)
    tables.ids.append(_packed(one.id, "") >> 8 * LONGEST_QUALIFIER)
    tables.sure.append(_is_sure(one))
    tables.needs_some.append(all(each.usage != "R" for each in one.elements))
    tables.first_element.append(first)
    tables.element_count.append(len(rows))


def _add_row(tables: GuideTables, row: _Row) -> int:
    columns = (
        tables.usage, tables.kind, tables.group, tables.shortest,
        tables.longest, tables.first, tables.count,
    )  # fmt: skip
    for column, value in zip(columns, row, strict=True):
        column.append(value)
    return len(tables.usage) - 1


def _is_sure(one: SegmentDefinition) -> bool:
    """Whether arrays can tell that such a segment is right."""
    if one.id in ALWAYS_TAKEN_APART or any(note.kind == "R" for note in open_notes(one)):
        return False
    for each in one.elements:
        if each.data_element == DATE_FORMAT and each.usage != "N" and "D8" not in each.codes:
            return False
        for part in (each, *each.components):
            if any(len(code) > LONGEST_CODE for code in part.codes):
                return False
    return len(one.id) <= LONGEST_ID


def _elements(tables: GuideTables, one: SegmentDefinition) -> Iterator[_Row]:
    pairs, chains, barred = arranged(open_notes(one))
    elements = iter(one.elements)
    for each in elements:
        is_date = each.data_element == DATE_FORMAT and each.usage != "N"
        usage, *rest = _element(tables, one, each)
        if is_date or each.number in pairs or each.number in chains:
            group = DATED if is_date else CHAIN if each.number in chains else PAIR
            kind, _, *lengths = rest
            yield (usage, kind, group, *lengths)  # type: ignore[misc]
            yield _element(tables, one, next(elements))
        else:
            if each.number in barred and each.usage != "N":
                usage = BARRED
            yield (usage, *rest)  # type: ignore[misc]


def _element(
    tables: GuideTables, one: SegmentDefinition, each: ElementDefinition, part_of: str = ""
) -> _Row:
    place = f"{part_of}-{each.number}" if part_of else f"{one.id}{each.number:02d}"
    usage = USAGES[each.usage]
    if each.is_composite:
        rows = [_element(tables, one, part, place) for part in each.components]
        first = len(tables.usage)
        for row in rows:
            _add_row(tables, row)
        return (usage, COMPOSITE, ALONE, 0, 0, first, len(rows))
    if each.codes:
        first = len(tables.codes)
        short = [code.encode() for code in each.codes if len(code) <= LONGEST_CODE]
        tables.codes.extend(sorted(int.from_bytes(code, "little") for code in short))
        return (usage, CODES, ALONE, 0, 0, first, len(short))
    longest = LONGEST.get(place, each.longest)
    return (usage, _kind(each), ALONE, max(each.shortest, 1), longest, 0, 0)


def _kind(each: ElementDefinition) -> int:
    if each.kind == "R":
        special = {MONEY_ELEMENT: MONEY, QUANTITY_ELEMENT: QUANTITY}
        return special.get(each.data_element, NUMBER)
    return KINDS.get(each.kind, TEXT)
