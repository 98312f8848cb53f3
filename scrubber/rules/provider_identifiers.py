"""Rules on the identifiers of providers: the NPI and the kind of tax number."""

from collections.abc import Iterator
from datetime import date

from scrubber.claim.loop import Party
from scrubber.codes import npi
from scrubber.findings import Problem, Severity
from scrubber.patches import Fix, Safety
from scrubber.rules.element_forms import PROVIDERS
from scrubber.rules.rule import Rule, loop_rule

REJECT, WARN = Severity.REJECT, Severity.WARN


@loop_rule(
    "S501",
    *PROVIDERS,
    severity=REJECT,
    status="A7:562:*",
    source="45 CFR 162.406: the NPI standard and its check digit",
)
def npi_invalid(loop: Party, _as_of: date) -> Iterator[Problem]:
    """A provider's NPI is invalid: it has ten digits, the first 1 or 2, the last a check digit.

    Why: the last digit is computed from the others, so a mistyped NPI shows; every payer rejects
    it.
    Fix: look up the provider in the NPPES registry. Hyphens and spaces are removed.
    """
    number = loop.npi
    if not number or npi.is_valid(number):
        return
    at = loop.name_segment[9]
    bare = number.replace("-", "").replace(" ", "")
    fix = None
    if npi.is_valid(bare):
        fix = Fix("write the NPI without separators", (at.put(bare),), Safety.SAFE)
    yield Problem(at, _reason(bare if fix is None else number), fix)


def _reason(number: str) -> str:
    if len(number) != 10 or not (number.isascii() and number.isdigit()):
        return "the NPI is not ten digits"
    if number[0] not in "12":
        return "the NPI does not begin with 1 or 2"
    return "the check digit of the NPI is wrong"


@loop_rule(
    "S420",
    "2010AA",
    severity=WARN,
    status="A7:128:85",
    source="KNOWLEDGE: organizations have an EIN, persons may bill under either number",
)
def organization_with_social_security_number(loop: Party, _as_of: date) -> Iterator[Problem]:
    """An organization bills under a Social Security number.

    Why: an organization's tax number is an EIN (REF*EI); only a person bills under a Social
    Security number (REF*SY).
    Fix: enter the EIN, or mark the billing provider as a person.
    """
    if not loop.is_person:
        for segment in loop.segments("REF", "SY"):
            yield Problem(segment[1], "an organization with a Social Security number")


RULES: tuple[Rule, ...] = (npi_invalid, organization_with_social_security_number)
