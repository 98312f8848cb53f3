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
from scrubber.guide.faults import Fault
from scrubber.guide.real_dates import date_problem, real_time
from scrubber.guide.used_numbers import UsedNumbers
from scrubber.x12.delimiters import ISA_WIDTH, WIDTHS
from scrubber.x12.segment import Delimiters
from scrubber.x12.whole_number import whole_number

HEADER_OF = {"SE": "ST", "GE": "GS", "IEA": "ISA"}
ISA_CODES = {
    1: ("kind of authorization", ("00", "03")),
    3: ("kind of password", ("00", "01")),
    5: ("kind of sender id", ("01", "14", "20", "27", "28", "29", "30", "33", "ZZ")),
    7: ("kind of receiver id", ("01", "14", "20", "27", "28", "29", "30", "33", "ZZ")),
    12: ("version", ("00501",)),
    14: ("acknowledgment wanted", ("0", "1")),
    15: ("production or test", ("P", "T")),
}
# A sender's clock may be a time zone ahead.
CLOCKS_DIFFER = timedelta(days=1)


def isa_faults(
    values: list[str], delimiters: Delimiters, as_of: date | None = None
) -> Iterator[Fault]:
    """Faults of an ISA split at its element separator; `as_of` is today."""
    fields = values[1:17]
    padded = [_padded(text, width) for text, width in zip(fields, WIDTHS, strict=False)]
    if any(len(text) != width for text, width in zip(fields, WIDTHS, strict=False)):
        fits = all(len(text) == width for text, width in zip(padded, WIDTHS, strict=False))
        right = delimiters.element.join(["ISA", *padded]) if fits else None
        yield Fault(
            "S102", 0, 0, 0, f"ISA has fields of the wrong width; the whole is {ISA_WIDTH} bytes",
            "", right, "pad the ISA fields to their fixed width",
        )  # fmt: skip
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
    repetition = fields[10].strip(" ")
    if not repetition or repetition.isalnum() or repetition in (
        delimiters.element, delimiters.component, delimiters.terminator,
    ):  # fmt: skip
        yield Fault("S103", 0, 11, 0, "ISA11 holds no usable repetition separator", "7")


def _isa_fault(number: int, name: str, message: str, syntax: str) -> Fault:
    return Fault("S104", 0, number, 0, f"ISA{number:02d} ({name}) {message}", syntax)


def _padded(text: str, width: int) -> str:
    return text.strip(" ").ljust(width) if len(text) != width else text


def _future(number: int, name: str, day: str, as_of: date | None) -> Iterator[Fault]:
    if as_of is not None and day > f"{as_of + CLOCKS_DIFFER:%Y%m%d}":
        yield Fault("S133", 0, number, 0, f"{name} lies after the day of this run", "8")


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


def _surplus(values: list[str], right: list[str], separator: str) -> Iterator[Fault]:
    """What stands behind the last element of a control segment, which is `right` without it."""
    name, known = values[0], len(right) - 1
    if any(values[known + 1 :]):
        message = f"{name} has {len(values) - 1} elements; there are {known}"
        yield Fault("S122", 0, known + 1, 0, message, "3")
    elif len(values) > known + 1:
        message = f"{name} ends in element separators that hold nothing"
        whole = separator.join(right)
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
        self.group_number = values[6] if len(values) > 6 else ""
        self.convention = group_convention(values)
        message = "GS06 (control number) was already used in this interchange"
        yield from _used_twice(self.group_numbers, self.group_number, 6, message, "6")

    def enter_set(self, values: list[str]) -> Iterator[Fault]:
        """An ST begins a transaction set; its elements are checked by the guide."""
        yield from self.unclosed("ST")
        self.open = [*(one for one in self.open if one != "ST"), "ST"]
        self.sets += 1
        self.set_number = values[2] if len(values) > 2 else ""
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
            message = "the interchange holds no claims but an acknowledgment (TA1); it is skipped"
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
        yield from _surplus(values, right, separator)
        values = values + [""] * (3 - len(values))
        stated = values[1]
        if whole_number(stated) != count:
            code = {"SE": "S110", "GE": "S107", "IEA": "S106"}[trailer]
            message = f"{trailer}01 does not give the number counted, {count}"
            syntax = {"SE": "4", "GE": "5", "IEA": "021"}[trailer]
            yield Fault(code, 0, 1, 0, message, syntax, str(count), "correct the count")
        if values[2] != number:
            element = {"SE": "ST02", "GE": "GS06", "IEA": "ISA13"}[trailer]
            code = {"SE": "S111", "GE": "S108", "IEA": "S105"}[trailer]
            message = f"{trailer}02 differs from {element}"
            syntax = {"SE": "3", "GE": "4", "IEA": "001"}[trailer]
            yield Fault(code, 0, 2, 0, message, syntax, number, f"repeat {element}")


def _used_twice(
    used: UsedNumbers, number: str, element: int, message: str, syntax: str
) -> Iterator[Fault]:
    """A control number that was used before; the trailer follows its header when it is written."""
    own = used.free(number) if number else number
    if own != number:
        yield Fault("S130", 0, element, 0, message, syntax, own, "give it a number of its own")
