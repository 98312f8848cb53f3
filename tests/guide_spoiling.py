"""One thing spoiled in a file made from the guide: a segment, an element, a count, a number."""

from collections.abc import Callable
from random import Random

from guide_files import Row

from scrubber.guide.definitions import SegmentDefinition

Rows = list[Row]
Spoiling = Callable[[Rows, int, Random], str]
"""Spoils the rows in place at or near an index; says what was done, "" if nothing could be."""


def drop(rows: Rows, at: int, _dice: Random) -> str:
    del rows[at]
    return "segment dropped"


def double(rows: Rows, at: int, _dice: Random) -> str:
    rows.insert(at, rows[at])
    return "segment doubled"


def swap(rows: Rows, at: int, _dice: Random) -> str:
    if rows[at + 1].definition is None:
        return ""
    rows[at : at + 2] = rows[at + 1], rows[at]
    return "segments swapped"


def move(rows: Rows, at: int, dice: Random) -> str:
    rows.insert(dice.randrange(3, len(rows) - 3), rows.pop(at))
    return "segment moved"


def rename(rows: Rows, at: int, dice: Random) -> str:
    name, _, rest = rows[at].text.partition("*")
    other = dice.choice(["ZZZ", name[::-1], name + "X", name[:-1], "N3", "REF", name.lower()])
    rows[at] = Row(f"{other}*{rest}", rows[at].definition)
    return "segment renamed"


def insert_empty(rows: Rows, at: int, _dice: Random) -> str:
    rows.insert(at, Row(""))
    return "empty segment"


def trail(rows: Rows, at: int, dice: Random) -> str:
    rows[at] = Row(rows[at].text + "*" * dice.randint(1, 3), rows[at].definition)
    return "trailing separators"


def _elements(rows: Rows, at: int) -> tuple[list[str], SegmentDefinition]:
    definition = rows[at].definition
    assert definition is not None
    values = rows[at].text.split("*")
    return values + [""] * (len(definition.elements) + 1 - len(values)), definition


def _put(rows: Rows, at: int, values: list[str]) -> None:
    rows[at] = Row("*".join(values).rstrip("*"), rows[at].definition)


def empty(rows: Rows, at: int, dice: Random) -> str:
    values, _ = _elements(rows, at)
    filled = [number for number, value in enumerate(values) if number and value]
    if not filled:
        return ""
    number = dice.choice(filled)
    parts = values[number].split(":")
    if len(parts) > 1:
        parts[dice.randrange(len(parts))] = ""
    else:
        parts = [""]
    values[number] = ":".join(parts).rstrip(":")
    _put(rows, at, values)
    return "element emptied"


def fill(rows: Rows, at: int, dice: Random) -> str:
    values, _ = _elements(rows, at)
    unfilled = [number for number, value in enumerate(values) if number and not value]
    if not unfilled:
        return ""
    values[dice.choice(unfilled)] = dice.choice(["1", "AB", "20260101", "ABC", "12345.67"])
    _put(rows, at, values)
    return "element filled"


ODD = ["ZZ", "9", "99999999", "20261399", "-1", "0", "Q"]


def _wrong(text: str, dice: Random) -> str:
    """Another value in the place of `text`, which is not empty."""
    match dice.randrange(10):
        case 0:
            return text[: dice.randrange(len(text))]
        case 1:
            return text * dice.randint(2, 90)
        case 2:
            return text.lower()
        case 3:
            return text + dice.choice("^!?%@")
        case 4:
            return text + " "
        case 5:
            return dice.choice(ODD)
        case 6:
            return _with(text, dice, "\x07")
        case 7:
            return _with(text, dice, dice.choice("ABCXYZ"))
        case 8:
            return _with(text, dice, dice.choice("0123456789"))
        case _:
            return _with(text, dice, dice.choice(".,-$"))


def _with(text: str, dice: Random, sign: str) -> str:
    at = dice.randrange(len(text) + 1)
    return text[:at] + sign + text[at + 1 :]


def change(rows: Rows, at: int, dice: Random) -> str:
    values, _ = _elements(rows, at)
    filled = [number for number, value in enumerate(values) if number and value]
    if not filled:
        return ""
    number = dice.choice(filled)
    parts = values[number].split(":")
    place = dice.randrange(len(parts))
    if not parts[place]:
        return ""
    parts[place] = _wrong(parts[place], dice)
    values[number] = ":".join(parts)
    _put(rows, at, values)
    return "element changed"


def add_element(rows: Rows, at: int, _dice: Random) -> str:
    values, definition = _elements(rows, at)
    if len(values) > len(definition.elements) + 1:
        return ""
    _put(rows, at, [*values, "X"])
    return "element too many"


def add_component(rows: Rows, at: int, dice: Random) -> str:
    values, definition = _elements(rows, at)
    filled = [number for number, value in enumerate(values) if number and value]
    if not filled:
        return ""
    number = dice.choice(filled)
    missing = max(1, len(definition.elements[number - 1].components) - values[number].count(":"))
    values[number] += ":" * missing + "X"
    _put(rows, at, values)
    return "component too many"


def change_control(rows: Rows, _at: int, dice: Random) -> str:
    at = dice.choice([i for i, row in enumerate(rows) if row.definition is None][2:])
    values = rows[at].text.split("*")
    number = dice.choice([1, 2])
    values[number] = dice.choice(["7", "0", "999999", "X", ""])
    rows[at] = Row("*".join(values))
    return "control number or count changed"


def drop_control(rows: Rows, _at: int, dice: Random) -> str:
    del rows[dice.choice([i for i, row in enumerate(rows) if row.definition is None][2:])]
    return "trailer dropped"


SPOILINGS: tuple[Spoiling, ...] = (
    drop, double, swap, move, rename, insert_empty, trail, empty, empty, fill, change, change,
    change, change, change, change, add_element, add_component, change_control, drop_control,
)  # fmt: skip
