"""Rules on the identifiers of providers: NPI, tax id, taxonomy."""

from collections.abc import Iterator
from datetime import date

from scrubber.claim.loop import Party
from scrubber.codes import npi
from scrubber.findings import Problem, Severity
from scrubber.patches import Fix, Safety
from scrubber.rules.rule import Rule, loop_rule

REJECT = Severity.REJECT

# Every loop of a provider that is named by an NPI.
PROVIDERS = (
    "2010AA", "2310A", "2310B", "2310C", "2310D",
    "2420A", "2420B", "2420C", "2420D", "2420E", "2420F",
)  # fmt: skip


@loop_rule(
    "S501",
    *PROVIDERS,
    severity=REJECT,
    status="A7:562:*",
    source="45 CFR 162.406: the NPI standard and its check digit",
)
def npi_invalid(loop: Party, _as_of: date) -> Iterator[Problem]:
    """A provider's NPI cannot be right: ten digits, the first 1 or 2, and a check digit.

    Why: the last digit is computed from the others, so a mistyped NPI shows; every payer
    rejects it.
    Fix: look the provider up in the NPPES registry. Hyphens and blanks are removed.
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


RULES: tuple[Rule, ...] = (npi_invalid,)
