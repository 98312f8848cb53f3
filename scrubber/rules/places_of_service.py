"""Rules on the place of service of a claim and of its lines."""

from collections.abc import Iterator
from datetime import date

from scrubber.claim.claim import Claim
from scrubber.claim.service_line import ServiceLine
from scrubber.codes.place_of_service import is_valid, place
from scrubber.findings import Problem, Severity
from scrubber.patches import Fix, Safety
from scrubber.rules.rule import Rule, Setting, claim_rule, line_rule

INFO, REJECT = Severity.INFO, Severity.REJECT
CODE_SET = "CMS place of service code set"


LONGEST_CODE = 2


def _objection(code: str, day: date) -> str:
    where = place(code)
    if where is None:
        return f"{code} is not a place of service"
    if where.effective_from is not None and day < where.effective_from:
        return f"place of service {code} was not in use before {where.effective_from}"
    return f"place of service {code} was in use only until {where.effective_to}"


def _may_be_invalid(setting: Setting) -> bool:
    where = place(setting.place_of_service)
    return where is None or where.effective_from is not None or where.effective_to is not None


@claim_rule("S509", severity=REJECT, status="A7:249", source=CODE_SET, concerns=_may_be_invalid)
def place_of_service_invalid(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """The place of service does not exist, or did not on the date of service.

    Why: payers price by place of service and reject an unknown one.
    Fix: use the code for the place where the patient was.
    """
    code, day = setting.place_of_service, claim.service_dates[0]
    # Longer ones are faults of form: the guide names them.
    if 0 < len(code) <= LONGEST_CODE and day is not None and not is_valid(code, day):
        yield Problem(claim.clm[5, 1], _objection(code, day))


@line_rule(
    "S551",
    severity=REJECT,
    status="A7:249",
    source=CODE_SET,
    service_only=True,
    sees_setting=False,
)
def line_place_of_service_invalid(line: ServiceLine, _setting: Setting) -> Iterator[Problem]:
    """The place of service of a line does not exist, or did not on the date of service.

    Why: payers price by place of service and reject an unknown one.
    Fix: use the code for the place where the patient was.
    """
    code, day = line.service.place_of_service, line.service_from
    if 0 < len(code) <= LONGEST_CODE and day is not None and not is_valid(code, day):
        yield Problem(line.sv1[5], _objection(code, day))


@line_rule(
    "S424",
    severity=INFO,
    status="A7:249",
    source="KNOWLEDGE: SV105 is given where it differs from CLM05-1",
    service_only=True,
)
def line_place_of_service_repeated(line: ServiceLine, setting: Setting) -> Iterator[Problem]:
    """A line repeats the claim's place of service.

    Why: the claim's place of service applies to all lines; a line has its own only if it differs.
    Many systems write it on every line anyway, and payers accept that.
    Fix: with consent it is removed from the line.
    """
    code = line.service.place_of_service
    if code and code == setting.place_of_service:
        at = line.sv1[5]
        fix = Fix(
            "remove the place of service that repeats the claim's", (at.put(""),), Safety.REVIEW
        )
        yield Problem(at, f"place of service {code} repeats the claim's", fix)


RULES: tuple[Rule, ...] = (
    place_of_service_invalid,
    line_place_of_service_invalid,
    line_place_of_service_repeated,
)
