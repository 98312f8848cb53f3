"""Rules on who is insured by Medicare: nobody's dependent, and known by a number of one form."""

import re
from collections.abc import Iterator
from datetime import date

from scrubber.claim.claim import Claim
from scrubber.claim.loop import Party
from scrubber.codes import mbi
from scrubber.codes.claim_filing import MEDICARE_PART_B
from scrubber.findings import Problem, Severity
from scrubber.patches import Fix, Safety
from scrubber.profiles.line_of_business import coverage_of
from scrubber.profiles.match import normal_name
from scrubber.rules.rule import Rule, Setting, claim_rule, loop_rule

REJECT, WARN = Severity.REJECT, Severity.WARN
# From this day on claims carry the new Medicare numbers, whatever the date of service.
NEW_NUMBERS_ONLY = date(2020, 1, 1)
# Numbers of Medicare contractors, 00882 (railroad) to 15202.
CONTRACTOR = re.compile(r"0[0-9]{4}|1[0-5][0-9]{3}")


@claim_rule(
    "S404",
    severity=REJECT,
    status="A7:732+156",
    source="CMS: every Medicare beneficiary is insured in their own right; Optum 837P FAQ",
    concerns=lambda setting: setting.is_dependent,
)
def medicare_dependent(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """A Medicare claim is for a dependent.

    Why: Medicare has no dependents; the patient is always the subscriber.
    Fix: send the patient as the subscriber with the patient's own Medicare number.
    """
    if claim.dependent is not None and setting.claim_filing_indicator == MEDICARE_PART_B:
        yield Problem(claim.clm, "Medicare Part B has no dependents; the patient is the subscriber")


@loop_rule(
    "S429",
    "2000B",
    severity=REJECT,
    status="A7:164:IL",
    source="CMS: format of the Medicare beneficiary identifier; NGS CEDI top edits",
)
def medicare_number_invalid(loop: Party, as_of: date) -> Iterator[Problem]:
    """The member ID cannot be a Medicare number.

    Why: Medicare numbers have 11 characters, each of a fixed kind, and never the letters S, L, O,
    I, B and Z; old numbers based on Social Security numbers are no longer accepted. If the payer
    does not look like a Medicare contractor, it may be a private plan called Part B by mistake;
    then this is a warning.
    Fix: copy the number from the new Medicare card. Dashes are removed and lowercase letters
    capitalized.
    """
    if loop.value("SBR", 9) != MEDICARE_PART_B or as_of < NEW_NUMBERS_ONLY:
        return
    subscriber = loop.party_in("2010BA")
    number = subscriber.identifier if subscriber is not None else ""
    if subscriber is None or not number or mbi.is_valid(number):
        return
    at = subscriber.name_segment[9]
    tidy = number.replace("-", "").replace(" ", "").upper()
    fix = None
    if mbi.is_valid(tidy):
        fix = Fix(
            "write the Medicare number without dashes, in uppercase", (at.put(tidy),), Safety.SAFE
        )
    severity = None if fix is not None or _is_contractor(loop.party_in("2010BB")) else WARN
    yield Problem(at, _unlike_mbi(number), fix, severity)


def _is_contractor(payer: Party | None) -> bool:
    """Whether the payer is called Medicare, and not a plan of it, or has a contractor's number."""
    if payer is None:
        return True
    name = normal_name(payer.value("NM1", 3))
    is_other_plan = not coverage_of(MEDICARE_PART_B, name, "", frozenset()).certain
    return not is_other_plan and (
        "MEDICARE" in name or CONTRACTOR.fullmatch(payer.identifier) is not None
    )


def _unlike_mbi(number: str) -> str:
    if len(number) != 11:
        return f"a Medicare number has 11 characters, this one has {len(number)}"
    return "the member ID does not have the format of a Medicare number"


RULES: tuple[Rule, ...] = (medicare_dependent, medicare_number_invalid)
