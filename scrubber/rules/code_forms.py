"""Rules on procedure codes and modifiers as code sets: their form, and what our tables say."""

import re
from collections.abc import Iterator
from datetime import date

from scrubber.claim.claim import Claim
from scrubber.claim.service_line import ServiceLine
from scrubber.codes import hcpcs, modifiers
from scrubber.codes.verdict import Verdict
from scrubber.findings import Problem, Severity
from scrubber.patches import Fix, Safety
from scrubber.rules.procedure_codes import MEDICAID, OWN_CODE_SETS
from scrubber.rules.rule import Rule, Setting, claim_rule, line_rule
from scrubber.rules.therapy_lines import HCPCS, therapy_row
from scrubber.therapy.table import known_code
from scrubber.x12.segment import Element

# Payers that may have codes and modifiers of their own.
MAY_HAVE_OWN = (*OWN_CODE_SETS, *MEDICAID)
INFO, WARN, REJECT = Severity.INFO, Severity.WARN, Severity.REJECT
MODIFIER_LENGTH = 2
# Codes of another profession (behavior analysis) among those of physical medicine.
BEHAVIOR_ANALYSIS = frozenset(str(code) for code in range(97151, 97159))
# Level III of HCPCS, given up in 2003, lives on in programs of states.
LOCAL_CODE = re.compile(r"[W-Z][0-9]{4}")
# Where an ambulance trip began and ended.
TRIP = re.compile(r"[DEGHIJNPRSX]{2}")


def _tidied(at: Element, good: bool, tidy: str) -> Fix | None:
    return Fix("write the code in uppercase", (at.put(tidy),), Safety.SAFE) if good else None


@line_rule(
    "S507",
    severity=REJECT,
    status="A7:507",
    source="CPT and HCPCS: forms of codes; Stedi claim edit: invalid procedure code format",
    service_only=True,
    concerns=lambda shape: not hcpcs.is_well_formed(shape.code),
)
def procedure_code_malformed(line: ServiceLine, setting: Setting) -> Iterator[Problem]:
    """A procedure code does not have the format of a CPT or HCPCS code.

    Why: codes have five characters, digits and in some a letter; anything else is unknown to every
    payer except accident insurers and some Medicaid programs, where states have their own codes (W,
    X, Y or Z and four digits).
    Fix: correct the code. Lowercase letters and spaces are corrected.
    """
    code = line.code
    if line.service.qualifier != HCPCS or not code or hcpcs.is_well_formed(code):
        return
    tidy = code.strip().upper()
    at = line.procedure_element
    fix = _tidied(at, hcpcs.is_well_formed(tidy), tidy)
    payer_type = setting.payer.payer_type
    local = payer_type in MEDICAID and LOCAL_CODE.fullmatch(tidy) is not None
    severity = WARN if local or payer_type in OWN_CODE_SETS else None
    yield Problem(at, f"{code} does not have the format of a procedure code", fix, severity)


@line_rule(
    "S546",
    severity=INFO,
    status="A7:507",
    source="our therapy code table; CPT and HCPCS as a whole are not carried",
    service_only=True,
)
def procedure_code_not_checked(line: ServiceLine, setting: Setting) -> Iterator[Problem]:
    """A procedure code is not in our tables.

    Why: the tables cover therapy codes; whether any other code exists and is in effect on the date
    of service was not checked. They have all codes of physical medicine (97010 to 97799) that we
    know of, so one that is absent may be mistyped, and that is a warning. So is a level II code
    that is not in the CMS quarterly file, if the user imported that of the quarter.
    Fix: nothing, if the code is right.
    """
    code, day, tables = line.code, line.service_from, setting.tables
    if line.service.qualifier == HCPCS and known_code(code) is None and hcpcs.is_well_formed(code):
        if hcpcs.dated(code, tables) is not None:
            return
        message, severity = f"not checked: {code} is not in our tables", None
        made_for = hcpcs.release(tables)
        if made_for is not None and day is not None and hcpcs.is_absent(code, day, tables):
            message, severity = f"{code} is not in HCPCS of {made_for.release}: mistyped?", WARN
        if _may_be_mistyped(code) and setting.payer.payer_type not in MAY_HAVE_OWN:
            message = f"{code} is not a physical medicine code that we know: mistyped?"
            severity = WARN
        yield Problem(line.procedure_element, message, severity=severity)


def _may_be_mistyped(code: str) -> bool:
    return "97010" <= code <= "97799" and code not in BEHAVIOR_ANALYSIS


@line_rule(
    "S508",
    severity=REJECT,
    status="A7:453",
    source="CPT and HCPCS modifiers, as named per row of the modifier table",
    service_only=True,
)
def modifier_invalid(line: ServiceLine, setting: Setting) -> Iterator[Problem]:
    """A modifier does not exist or was not in effect on the date of service.

    Why: payers reject a line with a modifier they do not recognize. Medicaid programs and accident
    insurers may have their own modifiers, and ambulance lines carry two letters for where a trip
    began and ended.
    Fix: correct it. Lowercase letters are corrected. One that is merely not in our table was not
    checked; on a therapy code it may be mistyped, and that is a warning.
    """
    day = line.service_from
    if day is None or all(modifiers.check(one, day) is Verdict.VALID for one in line.modifiers):
        return
    is_therapy = therapy_row(line) is not None
    states_own = setting.payer.payer_type in MAY_HAVE_OWN
    for at in line.modifier_elements():
        verdict = modifiers.check(at.value, day)
        is_absent = modifiers.is_well_formed(at.value) and modifiers.modifier(at.value) is None
        is_trip = TRIP.fullmatch(at.value) is not None and not is_therapy
        if verdict is Verdict.UNKNOWN or (is_absent and (states_own or is_trip)):
            message = f"not checked: modifier {at.value} is not in our table"
            doubted = is_therapy and not states_own
            yield Problem(at, message, severity=WARN if doubted else INFO)
        elif verdict is Verdict.INVALID and len(at.value) == MODIFIER_LENGTH:  # else S119 says so
            tidy = at.value.upper()
            fix = _tidied(at, tidy != at.value and modifiers.is_well_formed(tidy), tidy)
            yield Problem(at, _not_in_force(at.value, day), fix)


def _not_in_force(modifier: str, day: date) -> str:
    if not modifiers.is_well_formed(modifier):
        return f"{modifier} is not a modifier: a modifier is two uppercase letters or digits"
    if modifiers.modifier(modifier) is None:
        return f"there is no modifier {modifier} ({modifiers.release().release})"
    return f"modifier {modifier} was not in effect on {day}"


def _is_unlisted(code: str) -> bool:
    row = known_code(code)
    return row is not None and row.family == "unlisted"


@claim_rule(
    "S425",
    severity=REJECT,
    status="A6:306",
    source="X12 005010X222A1, SV101-7 for non-specific codes; CMS Pub. 100-04, chapter 26, 10.4, "
    "item 19; NGS CEDI top edits",
)
def unlisted_code_without_description(claim: Claim, _setting: Setting) -> Iterator[Problem]:
    """An unlisted procedure has no description.

    Why: the code only says that there is no code; payers reject the line without a description of
    what was done.
    Fix: describe the service in the line's description (SV101-7), in a line note or in the claim
    note (item 19 of the CMS-1500).
    """
    for line in claim.lines:
        service = line.service
        if service.qualifier != HCPCS or not _is_unlisted(service.code):
            continue
        if not (service.description or line.has("NTE") or claim.has("NTE")):
            message = f"{service.code} is an unlisted procedure and needs a description"
            yield Problem(line.sv1[1, 7], message)


RULES: tuple[Rule, ...] = (
    procedure_code_malformed,
    procedure_code_not_checked,
    modifier_invalid,
    unlisted_code_without_description,
)
