"""The control segments: ISA, GS, ST and their trailers, one by one and against each other."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from scrubber.guide.conventions import (
    group_convention,
    group_version_faults,
    is_claim_set,
    set_version_faults,
)
from scrubber.guide.element_check import CONTROL, EDGES, WITHOUT_TYPOGRAPHY, plainly
from scrubber.guide.faults import Fault
from scrubber.guide.real_dates import date_problem, real_time
from scrubber.guide.used_numbers import UsedNumbers
from scrubber.x12.characters import typography_in
from scrubber.x12.delimiters import ISA_WIDTH, WIDTHS
from scrubber.x12.segment import Delimiters
from scrubber.x12.whole_number import whole_number

HEADER_OF = {"SE": "ST", "GE": "GS", "IEA": "ISA"}
ISA_CODES = {
    1: ("kind of authorization", ("00", "03")),
    3: ("kind of password", ("00", "01")),
    5: ("kind of sender ID", ("01", "14", "20", "27", "28", "29", "30", "33", "ZZ")),
    7: ("kind of receiver ID", ("01", "14", "20", "27", "28", "29", "30", "33", "ZZ")),
    12: ("version", ("00501",)),
    14: ("acknowledgment requested", ("0", "1")),
    15: ("production or test", ("P", "T")),
}
# A sender's clock may be a time zone ahead.
CLOCKS_DIFFER = timedelta(days=1)


def isa_faults(
    values: list[str], delimiters: Delimiters, as_of: date | None = None
) -> Iterator[Fault]:
    """Faults of an ISA split at its element separator; `as_of` is today."""
    fields = [plainly(text, delimiters) for text in values[1:17]]
    lost = _lost_element(fields)
    if lost:
        message = f"ISA has 15 elements instead of 16: ISA{lost:02d} is missing"
        yield Fault("S104", 0, lost, 0, message, "7")
        return
    yield from _isa_form(values, fields, delimiters)
    for number, (name, codes) in ISA_CODES.items():
        if fields[number - 1].strip() not in codes:
            yield _isa_fault(number, name, f"must be {' or '.join(codes)}", "7")
    for number, name in ((6, "sender id"), (8, "receiver id")):
        if not fields[number - 1].strip():
            yield _isa_fault(number, name, "is blank", "1")
    day = "20" + fields[8].strip()
    if date_problem("D8", day):
        yield _isa_fault(9, "date", "is not a real date YYMMDD", "8")
    else:
        yield from _future(9, f"ISA09 (date) {fields[8].strip()}", day, as_of)
    if not real_time(fields[9].strip()):
        yield _isa_fault(10, "time", "is not a time HHMM", "9")
    if not re.fullmatch(r"[0-9]{9}", fields[12].strip()):
        yield _isa_fault(13, "control number", "must be nine digits", "7")


def _lost_element(fields: list[str]) -> int:
    """The number of the element whose absence moved those behind it; 0 if none did."""
    widths = tuple(map(len, fields[:15]))
    found = (at for at in range(13) if widths == WIDTHS[:at] + WIDTHS[at + 1 :])
    return 0 if fields[15] else next(found, -1) + 1


def _isa_form(values: list[str], fields: list[str], delimiters: Delimiters) -> Iterator[Fault]:
    """Widths, padding and delimiters. `fields` are its elements in plain characters."""
    right = [_padded(text, width) for text, width in zip(fields, WIDTHS, strict=False)]
    right[10], right[15] = delimiters.repetition or right[10], delimiters.component
    fits = tuple(map(len, right)) == WIDTHS
    whole = delimiters.element.join(["ISA", *right]) if fits else None
    is_plain = fields == values[1:17]
    is_wide = any(len(text) != width for text, width in zip(fields[:15], WIDTHS, strict=False))
    if not is_plain:
        message = f"ISA has {typography_in(''.join(values))}"
        yield Fault("S148", 0, 0, 0, message, "", whole, WITHOUT_TYPOGRAPHY)
    elif is_wide:
        message = f"ISA has fields of the wrong width; it must be {ISA_WIDTH} bytes long"
        yield Fault("S102", 0, 0, 0, message, "", whole, "pad the ISA fields to their fixed width")
    for number, (text, width) in enumerate(zip(right, WIDTHS, strict=False), 1):
        if len(text) > width:
            yield _isa_fault(number, "field", f"has {len(text)} characters instead of {width}", "5")
    if fits:
        yield from _surplus(values, ["ISA", *right], delimiters.element)
    if fields[15] != delimiters.component:
        message = _component_problem(fields[15], delimiters.component)
        title = "name the component separator of the text in ISA16"
        if fits and (is_wide or not is_plain):
            yield Fault("S147", 0, 0, 0, message, "7", whole, title)
        else:
            named = delimiters.component if fits else None
            yield Fault("S147", 0, 16, 0, message, "7", named, title)
    if fields[10].strip(" ")[:1] != delimiters.repetition or not delimiters.repetition:
        message = "ISA11 has no usable repetition separator"
        title = "name one that is used nowhere else"
        named = delimiters.repetition if fits else None
        yield Fault("S103", 0, 11, 0, message, "7", named or None, title)


def control_values(values: list[str], delimiters: Delimiters) -> Iterator[Fault]:
    """What is wrong with the characters of a control segment. An ISA is padded with blanks, and
    its delimiters may be any character."""
    is_isa = values[0] == "ISA"
    for number, value in enumerate(values[1:], 1):
        if is_isa and number in (11, 16):
            continue
        name = f"{values[0]}{number:02d}"
        plain = plainly(value, delimiters)
        trimmed = plain if is_isa else plain.strip(EDGES)
        if re.search(CONTROL, trimmed):
            yield Fault("S117", 0, number, 0, f"{name} contains a control character", "6")
        elif not plain.isascii():
            message = f"{name} contains a character that X12 does not allow"
            yield Fault("S148", 0, number, 0, message, "6")
        elif plain != value and not is_isa:
            message = f"{name} has {typography_in(value)}"
            yield Fault("S148", 0, number, 0, message, "6", trimmed, WITHOUT_TYPOGRAPHY)
        elif trimmed != value and not is_isa:
            message = f"{name} has spaces around its value"
            yield Fault("S126", 0, number, 0, message, "6", trimmed, "remove spaces")


def _component_problem(given: str, used: str) -> str:
    """What is wrong with ISA16 where it is not the separator that is in use."""
    if given.strip(" ") == used:
        return "ISA16 (component separator) has spaces around it"
    problem = "names a character that cannot be a separator"
    if not given.strip(" "):
        problem = "is a blank" if given else "is missing"
    return f"ISA16 (component separator) {problem}; the text separates components with {used}"


def _isa_fault(number: int, name: str, message: str, syntax: str) -> Fault:
    return Fault("S104", 0, number, 0, f"ISA{number:02d} ({name}) {message}", syntax)


def _padded(text: str, width: int) -> str:
    return text.strip(" ").ljust(width) if len(text) != width else text


def _future(number: int, name: str, day: str, as_of: date | None) -> Iterator[Fault]:
    if as_of is not None and day > f"{as_of + CLOCKS_DIFFER:%Y%m%d}":
        yield Fault("S133", 0, number, 0, f"{name} is after the date of this run", "8")


def gs_faults(
    values: list[str], as_of: date | None = None, separator: str = "*"
) -> Iterator[Fault]:
    """Faults of a GS of a claim group, split at its element separator; `as_of` is today."""
    yield from _surplus(values, values[:9], separator)
    values = values + [""] * (9 - len(values))
    for number, name in ((2, "sender"), (3, "receiver")):
        if not 2 <= len(values[number].strip()) <= 15:
            yield _gs_fault(number, name, "must have 2 to 15 characters", "1")
    if date_problem("D8", values[4]):
        yield _gs_fault(4, "date", "is not a real date CCYYMMDD", "8")
    else:
        yield from _future(4, f"GS04 (date) {values[4]}", values[4], as_of)
    if not real_time(values[5]):
        yield _gs_fault(5, "time", "is not a time HHMM", "9")
    if not re.fullmatch(r"[0-9]{1,9}", values[6]):
        yield _gs_fault(6, "control number", "must be one to nine digits", "7")
    if values[7] != "X":
        yield _gs_fault(7, "agency", "must be X", "7")
    yield from group_version_faults(values)


def _gs_fault(number: int, name: str, message: str, syntax: str) -> Fault:
    return Fault("S109", 0, number, 0, f"GS{number:02d} ({name}) {message}", syntax)


def _surplus(
    values: list[str], right: list[str], separator: str, *, is_sure: bool = False
) -> Iterator[Fault]:
    """What stands behind the last element of a control segment, which is `right` without it.
    `is_sure`: that is known, so the surplus can only be a mistake."""
    known = len(right) - 1
    surplus = values[known + 1 :]
    if any(surplus):
        message = f"{values[0]} has {len(values) - 1} elements; there are {known}"
        if is_sure:
            whole = separator.join(right)
            yield Fault("S122", 0, 0, 0, message, "3", whole, "remove the extra elements")
        else:
            yield Fault("S122", 0, known + 1, 0, message, "3")
    elif surplus:
        message, whole = f"{values[0]} ends in unneeded element separators", separator.join(right)
        yield Fault("S116", 0, 0, 0, message, "", whole, "remove trailing separators")


@dataclass(slots=True)
class Envelope:
    """Counts and control numbers of the envelope being read. `open` tells what is not closed;
    `convention` is GS08 of a group of professional claims, else empty."""

    open: list[str] = field(default_factory=list)
    interchange_number: str = ""
    group_number: str = ""
    set_number: str = ""
    groups: int = 0
    acknowledgments: int = 0
    sets: int = 0
    segments: int = 0
    convention: str = ""
    interchange_numbers: dict[tuple[str, str], UsedNumbers] = field(default_factory=dict)
    group_numbers: UsedNumbers = field(default_factory=UsedNumbers)
    set_numbers: UsedNumbers = field(default_factory=UsedNumbers)

    def enter_interchange(self, values: list[str]) -> Iterator[Fault]:
        """An ISA begins an interchange, whatever was open before."""
        yield from self.unclosed()
        self.open = ["ISA"]
        self.interchange_number = values[13]
        self.groups = self.acknowledgments = 0
        self.group_numbers = UsedNumbers()
        used = self.interchange_numbers.setdefault((values[5], values[6]), UsedNumbers())
        message = "ISA13 (control number) was already used by this sender in this file"
        yield from _used_twice(used, self.interchange_number.strip(), 13, message, "025")

    def enter_group(self, values: list[str]) -> Iterator[Fault]:
        """A GS begins a group."""
        yield from self.unclosed("GS")
        self.open = [*self.open[:1], "GS"]
        self.groups += 1
        self.sets = 0
        self.set_numbers = UsedNumbers()
        self.group_number = values[6].strip(EDGES) if len(values) > 6 else ""
        self.convention = group_convention(values)
        message = "GS06 (control number) was already used in this interchange"
        yield from _used_twice(self.group_numbers, self.group_number, 6, message, "6")

    def enter_set(self, values: list[str]) -> Iterator[Fault]:
        """An ST begins a transaction set; its elements are checked by the guide."""
        yield from self.unclosed("ST")
        self.open = [*(one for one in self.open if one != "ST"), "ST"]
        self.sets += 1
        self.set_number = values[2].strip(EDGES) if len(values) > 2 else ""
        self.segments = 0
        message = "ST02 (control number) was already used in this group"
        yield from _used_twice(self.set_numbers, self.set_number, 2, message, "23")
        if "GS" in self.open and self.convention and is_claim_set(values):
            yield from set_version_faults(values, self.convention)

    def unclosed(self, header: str = "ISA") -> Iterator[Fault]:
        """What is still open at or inside `header`, each a missing trailer."""
        if header in self.open:
            for one in reversed(self.open[self.open.index(header) :]):
                trailer = {"ST": "SE", "GS": "GE", "ISA": "IEA"}[one]
                yield Fault("S112", 0, 0, 0, f"{trailer} is missing before this point", "2")

    def nothing_inside(self, trailer: str, claims: int) -> Iterator[Fault]:
        """That what a trailer closes holds no group, set or claim (of which there are so many in
        the set): nobody may take it for sent."""
        header, held, what, missing = {
            "SE": ("ST", claims, "transaction set has no claim", "2300/CLM"),
            "GE": ("GS", self.sets, "group has no transaction set", "ST"),
            "IEA": ("ISA", self.groups, "interchange has no group of claims", "GS"),
        }[trailer]
        if held or header not in self.open:
            return
        if trailer == "IEA" and self.acknowledgments:
            message = "the interchange holds an acknowledgment (TA1), not claims; it is skipped"
            yield Fault("S137", 0, 0, 0, message, "")
        else:
            yield Fault("S215", 0, 0, 0, f"the {what}", "", missing=missing)

    def leave(self, trailer: str, values: list[str], separator: str = "*") -> Iterator[Fault]:
        """SE, GE or IEA, split at its element separator: count and control number against the
        header. Both are repaired."""
        header, count, number = {
            "SE": ("ST", self.segments, self.set_number),
            "GE": ("GS", self.sets, self.group_number),
            "IEA": ("ISA", self.groups, self.interchange_number),
        }[trailer]
        if header not in self.open:
            yield Fault("S112", 0, 0, 0, f"{trailer} without its {header}", "2")
            return
        inner = {"ISA": "GS", "GS": "ST"}.get(header)
        if inner:
            yield from self.unclosed(inner)
        self.open = self.open[: self.open.index(header)]
        right = [trailer, str(count), number]
        yield from _surplus(values, right, separator, is_sure=True)
        values = values + [""] * (3 - len(values))
        stated = values[1].strip(EDGES)
        if whole_number(stated) != count:
            code = {"SE": "S110", "GE": "S107", "IEA": "S106"}[trailer]
            message = _miscounted(trailer, whole_number(stated), count)
            syntax = {"SE": "4", "GE": "5", "IEA": "021"}[trailer]
            yield Fault(code, 0, 1, 0, message, syntax, str(count), "correct the count")
        if values[2].strip(EDGES) != number:
            element = {"SE": "ST02", "GE": "GS06", "IEA": "ISA13"}[trailer]
            code = {"SE": "S111", "GE": "S108", "IEA": "S105"}[trailer]
            message = f"{trailer}02 differs from {element}"
            syntax = {"SE": "3", "GE": "4", "IEA": "001"}[trailer]
            yield Fault(code, 0, 2, 0, message, syntax, number, f"repeat {element}")


def _miscounted(trailer: str, stated: int | None, count: int) -> str:
    """What a wrong count may mean: hand edits are the common cause, but it can be the only witness
    of something that was lost."""
    what, where = {
        "SE": ("segment", "set"),
        "GE": ("transaction set", "group"),
        "IEA": ("group", "interchange"),
    }[trailer]
    if stated is None:
        return f"{trailer}01 is not a number; the {where} has {_many(count, what)}"
    differ = abs(stated - count)
    how = f"{'one' if differ == 1 else differ} may be {'missing' if stated > count else 'extra'}"
    return f"{trailer}01 says {_many(stated, what)}, the {where} has {count}: {how}"


def _many(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _used_twice(
    used: UsedNumbers, number: str, element: int, message: str, syntax: str
) -> Iterator[Fault]:
    """A control number that was used before; the trailer follows its header when it is written."""
    own = used.free(number) if number else number
    if own != number:
        yield Fault("S130", 0, element, 0, message, syntax, own, "give it its own number")
