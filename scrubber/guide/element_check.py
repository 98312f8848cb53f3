"""One element against its definition: characters, type, length, real dates, code list."""

import re
from collections.abc import Iterator

from scrubber.guide.definitions import ElementDefinition
from scrubber.guide.faults import Fault
from scrubber.guide.real_dates import date_problem, real_time
from scrubber.guide.spot import Spot
from scrubber.x12.characters import typography_in, without_typography
from scrubber.x12.segment import Delimiters

MONEY, QUANTITY = "782", "380"
MOST_DECIMALS = {MONEY: 2, QUANTITY: 3}
IN_CAPITALS = "write the code in uppercase"
LEADING_ZEROS = "remove leading zeros"
_NUMBER = r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_WHOLE_NUMBER = r"-?[0-9]+"
CONTROL = r"[\x00-\x1f\x7f]"
EDGES = " \t"
"""What is taken off both ends of a value."""
WITHOUT_TYPOGRAPHY = "write it in plain characters"
_CAPITALS_AND_DIGITS = r"[A-Z0-9]+"
_LEADING_ZEROS = re.compile(r"(?<![0-9.])0+(?=[0-9])")


def element_faults(
    definition: ElementDefinition, value: str, spot: Spot, delimiters: Delimiters
) -> Iterator[Fault]:
    """Every fault of a value that is present."""
    plain = plainly(value, delimiters)
    if plain != value:
        yield spot.fault("S148", f"has {typography_in(value)}", "6", plain, WITHOUT_TYPOGRAPHY)
        value = plain
    trimmed = value.strip(EDGES)
    if re.search(CONTROL, trimmed):
        yield spot.fault("S117", "contains a control character", "6")
        return
    if delimiters.repetition and delimiters.repetition in value:
        yield spot.fault("S123", "contains a repetition separator, but does not repeat", "12")
        return
    if delimiters.component in value:
        yield spot.fault("S122", "contains a component separator, but has no components", "13")
        return
    if not trimmed:
        return
    if trimmed != value:
        yield spot.fault("S126", "has spaces around its value", "6", trimmed, "remove spaces")
    match definition.kind:
        case "R" | "N0":
            yield from _number_faults(definition, trimmed, spot)
        case "DT":
            problem = date_problem("D8", trimmed)
            if problem:
                yield spot.fault("S120", problem, "8")
        case "TM":
            if not real_time(trimmed):
                yield spot.fault("S120", "is not a time of day HHMM or HHMMSS", "9")
        case _:
            yield from _text_faults(definition, trimmed, spot)


def plainly(value: str, delimiters: Delimiters) -> str:
    """The value without typographic characters, unless a plain one would be a delimiter."""
    plain = without_typography(value)
    is_safe = plain == value or not (set(plain) - set(value)) & set(delimiters)
    return plain if is_safe else value


def _number_faults(definition: ElementDefinition, value: str, spot: Spot) -> Iterator[Fault]:
    pattern = _NUMBER if definition.kind == "R" else _WHOLE_NUMBER
    if not re.fullmatch(pattern, value):
        yield spot.fault("S118", _number_problem(value, definition.kind), "6")
        return
    if definition.codes:
        bare = value.lstrip("0")
        if value not in definition.codes and bare in definition.codes:
            yield spot.fault("S118", "has leading zeros", "6", bare, LEADING_ZEROS)
        elif value not in definition.codes:
            yield spot.fault("S208", f"must be {listed(definition.codes)}", "7")
        return
    if value.endswith("."):
        yield spot.fault(
            "S118", "ends in a decimal point", "6", value[:-1], "remove the decimal point"
        )
        value = value[:-1]
    bare = _LEADING_ZEROS.sub("", value)
    if definition.kind == "R" and bare != value:
        yield spot.fault("S118", "has leading zeros", "6", bare, LEADING_ZEROS)
        value = bare
    digits = value.replace("-", "").replace(".", "")
    yield from _length_faults(definition, len(digits), "digits", spot)
    if definition.data_element in MOST_DECIMALS:
        yield from _decimal_faults(definition.data_element, value, spot)


def _decimal_faults(data_element: str, value: str, spot: Spot) -> Iterator[Fault]:
    """More digits than an amount or a quantity may have; zeros at the end say nothing."""
    is_money, most = data_element == MONEY, MOST_DECIMALS[data_element]
    whole, _, decimals = value.removeprefix("-").partition(".")
    if is_money and len(whole) > 8:
        yield spot.fault("S226", "is an amount of more than 8 digits", "5")
    if len(decimals) <= most:
        return
    if not decimals[most:].strip("0"):
        bare = value[: most - len(decimals)]
        yield spot.fault("S226", f"has more than {most} decimals", "5", bare, "remove the zeros")
    elif is_money:
        yield spot.fault("S228", "is an amount with a fraction of a cent", "5")
    else:
        yield spot.fault("S226", f"is a quantity of more than {most} decimals", "5")


def _number_problem(value: str, kind: str) -> str:
    if "$" in value:
        return "is not a number: remove the currency sign"
    if "," in value:
        return "is not a number: remove the comma"
    if kind == "N0" and re.fullmatch(_NUMBER, value):
        return "is not a whole number"
    return "is not a number"


def _text_faults(definition: ElementDefinition, value: str, spot: Spot) -> Iterator[Fault]:
    if definition.codes:
        if value in definition.codes:
            return
        if value.isascii() and value.upper() in definition.codes:
            yield spot.fault("S128", "is a code in lowercase", "7", value.upper(), IN_CAPITALS)
            return
        yield spot.fault("S208", f"must be {listed(definition.codes)}", "7")
        return
    yield from _length_faults(definition, characters(value), "characters", spot)
    if definition.kind == "ID" and not re.fullmatch(_CAPITALS_AND_DIGITS, value):
        if value.isascii() and re.fullmatch(_CAPITALS_AND_DIGITS, value.upper()):
            yield spot.fault("S128", "is a code in lowercase", "6", value.upper(), IN_CAPITALS)
        else:
            yield spot.fault("S117", "is a code and may contain only letters and digits", "6")


def _length_faults(
    definition: ElementDefinition, length: int, what: str, spot: Spot
) -> Iterator[Fault]:
    if length < definition.shortest:
        yield spot.fault("S119", f"is too short: at least {definition.shortest} {what}", "4")
    if length > definition.longest:
        unit = what.removesuffix("s") if definition.longest == 1 else what
        yield spot.fault("S119", f"is too long: at most {definition.longest} {unit}", "5")


def listed(codes: frozenset[str]) -> str:
    """Up to twelve codes in words."""
    ordered = sorted(codes, key=lambda code: (len(code) if code.isdigit() else 9, code))
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
