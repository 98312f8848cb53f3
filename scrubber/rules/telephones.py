"""Rules on how a provider can be reached: telephone and fax numbers, electronic mail (PER)."""

import re
from collections.abc import Iterator
from datetime import date

from scrubber.claim.loop import Party
from scrubber.findings import Problem, Severity
from scrubber.patches import Fix, Safety
from scrubber.rules.rule import Rule, loop_rule
from scrubber.x12.segment import Element

INFO, WARN = Severity.INFO, Severity.WARN
CONTACTS = ("1000A", "2010AA", "2010BA", "2010CA", "2310C", "2420E")
NUMBER, FAX, MAIL = "TE", "FX", "EM"
SEPARATORS = str.maketrans("", "", " -.()/")
MAIL_FORM = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


def _contacts(loop: Party, *qualifiers: str) -> Iterator[Element]:
    for segment in loop.segments("PER"):
        for number in (3, 5, 7):
            if segment.value(number) in qualifiers and segment.value(number + 1):
                yield segment[number + 1]


def _is_ten_digits(text: str) -> bool:
    return len(text) == 10 and text.isascii() and text.isdigit()


@loop_rule(
    "S245",
    *CONTACTS,
    severity=WARN,
    status="A7:127:*",
    source="Stedi claim edit: phone numbers of 10 digits; X12 005010X222A1, PER04",
    holds=("PER",),
)
def telephone_not_ten_digits(loop: Party, _as_of: date) -> Iterator[Problem]:
    """A telephone or fax number does not have 10 digits.

    Why: area code and number are written together without hyphens; the extension is separate.
    Fix: correct the number. Hyphens, parentheses and a leading 1 are removed.
    """
    for at in _contacts(loop, NUMBER, FAX):
        if _is_ten_digits(at.value):
            continue
        bare = at.value.translate(SEPARATORS)
        bare = bare.removeprefix("+")
        if len(bare) == 11:
            bare = bare.removeprefix("1")
        fix = None
        if _is_ten_digits(bare):
            fix = Fix("write the number as 10 digits", (at.put(bare),), Safety.SAFE)
        yield Problem(at, "the telephone number does not have 10 digits", fix)


@loop_rule(
    "S514",
    *CONTACTS,
    severity=WARN,
    status="A7:127:*",
    source="Stedi claim edit: phone numbers with invalid area or exchange codes",
    holds=("PER",),
)
def telephone_impossible(loop: Party, _as_of: date) -> Iterator[Problem]:
    """A telephone number has an area code or exchange that begins with 0 or 1.

    Why: there are no such numbers; some receivers reject them.
    Fix: correct the number.
    """
    for at in _contacts(loop, NUMBER, FAX):
        text = at.value
        if _is_ten_digits(text) and (text[0] in "01" or text[3] in "01"):
            yield Problem(at, "area code or exchange begins with 0 or 1")


@loop_rule(
    "S554",
    *CONTACTS,
    severity=INFO,
    status="A7:127:*",
    source="KNOWLEDGE: form of mail addresses",
    holds=("PER",),
)
def mail_address_malformed(loop: Party, _as_of: date) -> Iterator[Problem]:
    """An email address does not have the form name@domain.

    Why: no one can be reached by it; claims are rarely rejected for it.
    Fix: correct it, or leave it out.
    """
    for at in _contacts(loop, MAIL):
        if not MAIL_FORM.fullmatch(at.value):
            yield Problem(at, "not a valid email address")


RULES: tuple[Rule, ...] = (
    telephone_not_ten_digits,
    telephone_impossible,
    mail_address_malformed,
)
