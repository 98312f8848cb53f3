"""Rules on addresses: streets, states, ZIP codes and countries.

What is wrong with a city line (N4) depends on its text alone; it is read once and remembered.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from scrubber.claim.loop import Party
from scrubber.codes import countries, states, zip_code
from scrubber.codes.verdict import Verdict
from scrubber.findings import Problem, Severity
from scrubber.patches import Fix, Safety
from scrubber.rules.rule import LoopRule, Rule, loop_rule

INFO, WARN, REJECT = Severity.INFO, Severity.WARN, Severity.REJECT
GUIDE = "X12 005010X222A1, N3 and N4"
ADDRESSES = (
    "2010AA", "2010AB", "2010AC", "2010BA", "2010BB", "2010CA", "2310C", "2310E", "2310F",
    "2330A", "2330B", "2420C", "2420E", "2420G", "2420H",
)  # fmt: skip
UNITED_STATES, CANADA = "US", "CA"
STATE_LENGTH = 2
PARTED = "the postal code has a space or hyphen in it"
POST_OFFICE_BOX = re.compile(
    r"\b(?:P\.?\s*O\.?\s*(?:BOX|BX|B\.?)|POST\s*OFFICE\s*BOX|POB|LOCK\s?BOX)\s*(?:#|NO\.?)?\s*\d",
    re.IGNORECASE,
)
LOCK_BOX = re.compile(r"^\s*(?:P\.?\s*O\.?\s*BOX|LOCK\s?BOX|POST\s*OFFICE\s*BOX)\b", re.IGNORECASE)
BARE_BOX = re.compile(r"\s*(?:BOX|BX|DRAWER)\s*(?:#|NO\.?)?\s*\d+\s*", re.IGNORECASE)
NO_ADDRESS = frozenset(
    ["N/A", "NA", "NO ADDRESS", "NONE", "NULL", "TBD", "UNK", "UNKNOWN", "UNKNOWN ADDRESS", "XXX"]
)
PRIVATE_MAILBOX = re.compile(r"\bPMB\s*#?\s*\d", re.IGNORECASE)


@lru_cache(maxsize=8192)
def city_line_faults(raw: str, separator: str) -> dict[str, str]:
    """What is wrong with an N4: rule code to message; empty for most.

    Source of the forms: USPS and Canada Post; ISO 3166-1 for countries.
    """
    values = [*raw.split(separator), "", "", "", "", ""]
    state, postal, country = values[2], values[3], values[4]
    if country not in ("", UNITED_STATES, CANADA):
        return _foreign(postal, country)
    faults: dict[str, str] = {}
    if country == UNITED_STATES:
        faults["S468"] = "country code US is not needed"
    if not state:
        faults["S466"] = "the state is missing"
    elif len(state) == STATE_LENGTH and not states.is_valid(state, country or UNITED_STATES):
        faults["S510"] = _not_a_state(state, country)
    if not postal:
        faults["S467"] = "the ZIP code is missing" if country != CANADA else "no postal code"
    elif country != CANADA:
        faults.update(_zip_faults(postal, state, known=states.is_valid(state)))
    elif _bare(postal) != postal:
        faults["S418"] = PARTED
    return faults


def _foreign(postal: str, country: str) -> dict[str, str]:
    if not countries.is_valid(country):
        return {"S550": f"{_shown(country)} is not the code of a country"}
    faults = {}
    if postal:
        faults["S469"] = f"a ZIP code in an address outside the US and Canada ({country})"
    if _bare(postal) != postal:
        faults["S418"] = PARTED
    return faults


def _bare(postal: str) -> str:
    return postal.replace("-", "").replace(" ", "")


def _not_a_state(state: str, country: str) -> str:
    if country == CANADA:
        return f"{_shown(state)} is not a province of Canada"
    if states.is_valid(state, CANADA) and not country:
        return f"{state} is a province of Canada; the country code CA is missing"
    return f"{_shown(state)} is not a state of the United States; another country needs its code"


def _shown(code: str) -> str:
    """A code as a message may repeat it; longer text may be a part of a patient's address."""
    return code if len(code) <= 3 else "this text"


def _zip_faults(postal: str, state: str, *, known: bool) -> Iterator[tuple[str, str]]:
    if not zip_code.is_well_formed(postal):
        yield "S418", "the ZIP code does not have 5 or 9 digits"
    elif known and state and zip_code.check(postal, state) is Verdict.INVALID:
        yield "S549", "ZIP code and state do not belong together"


def _faults(loop: Party) -> dict[str, str]:
    indexes = loop.layout.segments.get("N4")
    if not indexes:
        return {}
    block = loop.block
    return city_line_faults(block.segments[indexes[0]], block.delimiters.element)


def _city_line_rule(
    code: str, element: int, severity: Severity, status: str, source: str, doc: str
) -> LoopRule:
    """A rule that says what `city_line_faults` found under its code."""

    def check(loop: Party, _as_of: date) -> Iterator[Problem]:
        message = _faults(loop).get(code)
        if message is not None:
            yield Problem(loop.segments("N4")[0][element], message)

    check.__doc__ = doc
    decorate = loop_rule(
        code, *ADDRESSES, severity=severity, status=status, source=source, gate=_has_faults
    )
    return decorate(check)


def _has_faults(loop: Party, _as_of: date) -> bool:
    return bool(_faults(loop))


CITY_LINE_RULES = (
    _city_line_rule(
        "S466", 2, REJECT, "A6:501:*", GUIDE,
        """The state of an address is missing.

        Why: an address in the United States or Canada needs its state or province (N402).
        Fix: enter it. For another country enter the country code (N404).
        """,
    ),
    _city_line_rule(
        "S467", 3, REJECT, "A6:500:*", GUIDE,
        """The ZIP code of an address is missing.

        Why: an address in the United States or Canada needs it (N403).
        Fix: enter it. For another country enter the country code (N404).
        """,
    ),
    _city_line_rule(
        "S468", 4, INFO, "A7:680:*", GUIDE,
        """An address in the United States has a country code.

        Why: the country code (N404) is for other countries only; payers rarely mind.
        Fix: leave it out if the payer requires that.
        """,
    ),
    _city_line_rule(
        "S469", 3, WARN, "A7:500:*",
        "Stedi claim edit: ZIP or postal code not allowed outside the U.S. and Canada",
        """A foreign address has a ZIP code.

        Why: some receivers accept ZIP and postal codes (N403) of the United States and Canada only.
        Fix: leave it out, or correct the country code.
        """,
    ),
    _city_line_rule(
        "S510", 2, REJECT, "A7:501:*",
        "USPS Publication 28 and Canada Post; Stedi claim edit: missing country code",
        """The state of an address does not exist.

        Why: receivers check the state (N402) against the Postal Service's list.
        Fix: use the two-letter abbreviation of the Postal Service; for another country enter its
        code (N404).
        """,
    ),
    _city_line_rule(
        "S549", 3, WARN, "A7:500:*", "USPS ZIP Locale Detail",
        """The ZIP code does not belong to the state.

        Why: one of the two is mistyped; receivers that compare them reject the claim.
        Fix: correct the ZIP code or the state.
        """,
    ),
    _city_line_rule(
        "S550", 4, REJECT, "A7:680:*", "ISO 3166-1 alpha-2",
        """The country code of an address does not exist.

        Why: receivers check it (N404) against ISO 3166.
        Fix: use the two letters of the country; leave it out for the United States.
        """,
    ),
)  # fmt: skip


@loop_rule("S418", *ADDRESSES, severity=REJECT, status="A7:500:*", source=GUIDE, gate=_has_faults)
def zip_code_malformed(loop: Party, _as_of: date) -> Iterator[Problem]:
    """A ZIP code does not have 5 or 9 digits.

    Why: receivers accept five or nine digits only, and postal codes of other countries as letters
    and digits without spaces.
    Fix: correct the ZIP code. Hyphens and spaces are removed.
    """
    message = _faults(loop).get("S418")
    if message is None:
        return
    at = loop.segments("N4")[0][3]
    bare = _bare(at.value)
    fix = None
    if zip_code.is_well_formed(bare) or (message == PARTED and bare.isalnum()):
        fix = Fix("write the code without hyphen or space", (at.put(bare),), Safety.SAFE)
    yield Problem(at, message, fix)


@loop_rule("S470", "2010AA", "2310C", severity=WARN, status="A7:500:*", source=GUIDE)
def zip_code_not_nine_digits(loop: Party, _as_of: date) -> Iterator[Problem]:
    """The ZIP code of the billing provider or the service facility has only five digits.

    Why: for these two the guide requires all nine digits; the location decides the price. Some
    receivers fill in the last four digits themselves, others reject the claim: a profile can make
    this a reject for its payer.
    Fix: look up the last four digits with the US Postal Service.
    """
    postal = loop.zip_code
    if len(postal) == 5 and postal.isdigit() and loop.country in ("", UNITED_STATES):
        yield Problem(
            loop.segments("N4")[0][3], "the ZIP code has five digits; nine are required here"
        )


@loop_rule("S471", "2010AA", "2310C", severity=INFO, status="A7:500:*", source=GUIDE)
def zip_code_filler(loop: Party, _as_of: date) -> Iterator[Problem]:
    """The last four digits of a ZIP code are a placeholder.

    Why: 0000 and 9999 are not delivery areas; payers that look up the address reject them.
    Fix: look up the last four digits with the US Postal Service.
    """
    postal = loop.zip_code
    if len(postal) == 9 and postal[5:] in ("0000", "9999") and loop.country in ("", UNITED_STATES):
        yield Problem(loop.segments("N4")[0][3], f"the ZIP code ends in {postal[5:]}")


@loop_rule(
    "S521",
    *ADDRESSES,
    severity=WARN,
    status="A7:503:*",
    source="KNOWLEDGE: words and signs that stand in for an address; agrees with rejections that "
    "clearinghouses publish",
    aspect=lambda loop: (loop.street, loop.value("N4", 1)),
    holds=("N3", "N4"),
)
def address_filler(loop: Party, _as_of: date) -> Iterator[Problem]:
    """The street or city of an address is a placeholder.

    Why: words such as UNKNOWN and single symbols are not an address; receivers that check addresses
    reject the claim.
    Fix: enter the street and city. For a patient without a home use the street of the shelter, or
    GENERAL DELIVERY.
    """
    for segment, name in (("N3", "street"), ("N4", "city")):
        text = loop.value(segment, 1)
        if text.upper() in NO_ADDRESS or (text and not any(map(str.isalnum, text))):
            yield Problem(loop.segments(segment)[0][1], f"a placeholder instead of the {name}")


@loop_rule(
    "S417",
    "2010AA",
    severity=REJECT,
    status="A7:503:85",
    source="X12 005010X222A1, 2010AA N3; Stedi claim edit: invalid billing provider address",
)
def billing_address_is_mailbox(loop: Party, _as_of: date) -> Iterator[Problem]:
    """The billing provider's address is a P.O. box.

    Why: the billing address is the street address where the provider works; a box belongs in the
    pay-to address (2010AB).
    Fix: enter the street address, and the box as the pay-to address.
    """
    for segment in loop.segments("N3"):
        for number in (1, 2):
            text = segment.value(number)
            if POST_OFFICE_BOX.search(text) or LOCK_BOX.search(text):
                # A street before the box may be the street that is asked for.
                alone = POST_OFFICE_BOX.match(text.lstrip()) or LOCK_BOX.search(text)
                severity = None if alone and number == 1 else WARN
                yield Problem(
                    segment[number],
                    "a P.O. box or lockbox; a street address is required here",
                    severity=severity,
                )
            elif PRIVATE_MAILBOX.search(text):
                yield Problem(segment[number], "a private mailbox (PMB)", severity=WARN)
            elif number == 1 and BARE_BOX.fullmatch(text):
                yield Problem(segment[number], "a box without a street address", severity=WARN)


RULES: tuple[Rule, ...] = (
    *CITY_LINE_RULES,
    zip_code_malformed,
    zip_code_not_nine_digits,
    zip_code_filler,
    address_filler,
    billing_address_is_mailbox,
)
