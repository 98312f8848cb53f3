"""One element against its definition: characters, type, length, real dates, code list."""

import re
from collections.abc import Iterator
from datetime import date

from scrubber.guide.definitions import ElementDefinition
from scrubber.guide.faults import Fault
from scrubber.x12.segment import Delimiters

MONEY = "782"
NUMBER = re.compile(r"-?(?:\d+(?:\.\d*)?|\.\d+)")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def element_faults(
    definition: ElementDefinition,
    value: str,
    name: str,
    index: int,
    element: int,
    component: int,
    delimiters: Delimiters,
) -> Iterator[Fault]:
    """Every fault of a value that is present."""

    def fault(
        code: str, message: str, syntax: str, replacement: str | None = None, title: str = ""
    ) -> Fault:
        return Fault(
            code, index, element, component, f"{name} {message}", syntax, replacement, title
        )

    if CONTROL.search(value):
        yield fault("S117", "contains a control character", "6")
        return
    if delimiters.repetition in value and delimiters.repetition.strip():
        yield fault("S123", "holds a repetition separator; nothing repeats here", "12")
        return
    trimmed = value.strip(" ")
    if not trimmed:
        yield fault("S126", "holds only blanks", "6")
        return
    if trimmed != value:
        yield fault("S126", "has blanks around its value", "6", trimmed, "remove blanks")
        value = trimmed
    match definition.kind:
        case "R" | "N0":
            yield from _number_faults(definition, value, fault)
        case "DT":
            problem = date_problem("D8", value)
            if problem:
                yield fault("S120", problem, "8")
        case "TM":
            if not real_time(value):
                yield fault("S120", "is not a time of day HHMM, HHMMSS", "9")
        case _:
            yield from _text_faults(definition, value, fault)


def _number_faults(definition: ElementDefinition, value: str, fault: object) -> Iterator[Fault]:
    assert callable(fault)
    pattern = NUMBER if definition.kind == "R" else re.compile(r"-?\d+")
    if not pattern.fullmatch(value):
        yield fault("S118", "is not a number", "6")
        return
    if value.endswith("."):
        yield fault("S118", "ends in a decimal point", "6", value[:-1], "remove the decimal point")
        value = value[:-1]
    digits = value.replace("-", "").replace(".", "")
    yield from _length_faults(definition, len(digits), "digits", fault)
    whole, _, decimals = value.removeprefix("-").partition(".")
    if definition.data_element == MONEY and (len(decimals) > 2 or len(whole) > 8):
        yield fault("S226", "is an amount of more than 8 digits or 2 decimals", "5")


def _text_faults(definition: ElementDefinition, value: str, fault: object) -> Iterator[Fault]:
    assert callable(fault)
    if definition.codes:
        if value in definition.codes:
            return
        if value.upper() in definition.codes:
            yield fault(
                "S128", "is a code in lower case", "7", value.upper(), "write the code in capitals"
            )
            return
        yield fault("S208", f"must be {listed(definition.codes)}", "7")
        return
    yield from _length_faults(definition, characters(value), "characters", fault)
    if definition.kind == "ID" and not re.fullmatch(r"[A-Z0-9]+", value):
        upper = value.upper()
        if re.fullmatch(r"[A-Z0-9]+", upper):
            yield fault("S128", "is a code in lower case", "6", upper, "write the code in capitals")
        else:
            yield fault("S117", "is a code and may hold only letters and digits", "6")


def _length_faults(
    definition: ElementDefinition, length: int, what: str, fault: object
) -> Iterator[Fault]:
    assert callable(fault)
    if length < definition.shortest:
        yield fault("S119", f"is too short: at least {definition.shortest} {what}", "4")
    if length > definition.longest:
        yield fault("S119", f"is too long: at most {definition.longest} {what}", "5")


def listed(codes: frozenset[str]) -> str:
    """Up to twelve codes in words."""
    ordered = sorted(codes)
    if len(ordered) > 12:
        return f"one of the {len(ordered)} codes of the guide"
    if len(ordered) == 1:
        return ordered[0]
    return ", ".join(ordered[:-1]) + " or " + ordered[-1]


def characters(value: str) -> int:
    """Length in characters: UTF-8 that was read as Latin-1 counts each character once."""
    if value.isascii():
        return len(value)
    try:
        return len(value.encode("latin-1").decode("utf-8"))
    except UnicodeDecodeError:
        return len(value)


def real_date(text: str) -> bool:
    """Whether CCYYMMDD is a day that was, from 1800 on."""
    if len(text) != 8 or not text.isascii() or not text.isdigit() or text < "18":
        return False
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True


def real_time(text: str) -> bool:
    """Whether HHMM, HHMMSS or HHMMSS with hundredths is a time of day."""
    if len(text) not in (4, 6, 7, 8) or not text.isascii() or not text.isdigit():
        return False
    return text[:2] < "24" and text[2:4] < "60" and (len(text) == 4 or text[4:6] < "60")


def date_problem(qualifier: str, text: str) -> str:
    """What is wrong with a date of this format (D8, RD8, DT, D6, TM); empty if nothing."""
    match qualifier:
        case "RD8":
            begin, dash, end = text.partition("-")
            if not (dash and real_date(begin) and real_date(end)):
                return "is not a range CCYYMMDD-CCYYMMDD of real dates"
            return "is a range that ends before it begins" if end < begin else ""
        case "D8":
            return "" if real_date(text) else "is not a real date CCYYMMDD"
        case "DT":
            if len(text) == 12 and real_date(text[:8]) and real_time(text[8:]):
                return ""
            return "is not a real date and time CCYYMMDDHHMM"
        case "TM":
            return "" if real_time(text) else "is not a time of day HHMM"
        case _:
            return ""
