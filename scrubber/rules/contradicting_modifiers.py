"""Modifiers that cannot both be true of one service, or not of this code."""

from collections.abc import Iterator
from typing import NamedTuple

from scrubber.claim.service_line import ServiceLine
from scrubber.findings import Problem, Severity
from scrubber.patches import Fix, Safety
from scrubber.rules.modifier_text import modifier_at, with_modifiers
from scrubber.rules.rule import Rule, ServiceSetting, line_rule
from scrubber.rules.service_shapes import modified
from scrubber.rules.therapy_lines import therapy_row

NCCI_MANUAL = "CMS NCCI Policy Manual 2026, chapter I, E"
X_MODIFIERS = frozenset({"XE", "XS", "XP", "XU"})


class Contradiction(NamedTuple):
    """Two modifiers that exclude each other, why, and whether that is sure enough to reject."""

    first: str
    second: str
    why: str
    certain: bool = False


LIABILITY = (
    Contradiction("GA", "GZ", "one says a notice was signed, the other that there is none", True),
    Contradiction("GA", "GY", "one expects a medical denial, the other an exclusion by law"),
    Contradiction("GZ", "GY", "one expects a medical denial, the other an exclusion by law", True),
    Contradiction("AT", "GA", "one says active treatment, the other expects a denial", True),
    Contradiction("GA", "KX", "one expects a denial, the other attests that the service is needed"),
)
TELEHEALTH = (
    Contradiction("95", "93", "one says video, the other audio-only", True),
    Contradiction("95", "GT", "both say live video; payers accept one of them"),
    Contradiction("93", "GT", "one says audio-only, the other live video"),
)
BENEFIT = (Contradiction("96", "97", "one says habilitative, the other rehabilitative"),)


def _contradictions(
    line: ServiceLine, rows: tuple[Contradiction, ...], reject: bool
) -> Iterator[Problem]:
    modifiers = line.modifiers
    for row in rows:
        if row.first in modifiers and row.second in modifiers:
            at = modifier_at(line, row.second)
            severity = None if row.certain and reject else Severity.WARN
            message = f"{row.first} and {row.second} are on one line: {row.why}"
            yield Problem(at, message, severity=severity)


@line_rule(
    "S640",
    severity=Severity.REJECT,
    status="A8:453",
    source=NCCI_MANUAL,
    service_only=True,
    concerns=modified("59"),
)
def distinct_service_twice_said(line: ServiceLine, setting: ServiceSetting) -> Iterator[Problem]:
    """A line carries 59 and one of XE, XS, XP, XU.

    Why: the X modifiers are special cases of 59; CMS accepts one of them, not both.
    Fix: keep the X modifier if it says what happened, and remove 59.
    """
    modifiers = line.modifiers
    if "59" not in modifiers or X_MODIFIERS.isdisjoint(modifiers):
        return
    closer = next(m for m in modifiers if m in X_MODIFIERS)
    kept = tuple(m for m in modifiers if m != "59")
    fix = Fix(f"keep {closer}, remove 59", (with_modifiers(line, kept),), Safety.REVIEW)
    pairs = setting.payer.pair_edits
    severity = pairs.stated.ceiling if pairs is not None else Severity.WARN
    message = f"59 and {closer} are on one line; {closer} is the more specific of the two"
    yield Problem(modifier_at(line, "59"), message, fix, severity)


@line_rule(
    "S641",
    severity=Severity.REJECT,
    status="A8:453",
    source="CMS instructions on GA, GY and GZ (GZ with GA or GY is unprocessable), as quoted by "
    "medicalbillingcptmodifiers.com, 2014-08, and Columbia University compliance, 2002; Palmetto "
    "GBA, 2020-05-29 (98940 to 98942 with AT and GA)",
    service_only=True,
    concerns=modified("AT", "GA", "GZ", "GY", "KX", least=2),
)
def liability_modifiers_contradict(line: ServiceLine, setting: ServiceSetting) -> Iterator[Problem]:
    """Two modifiers on one line contradict each other on who is to pay.

    Why: GA says that a notice of likely denial was signed, GZ that none was, GY that the service is
    excluded by law, KX that it is necessary, AT that a chiropractor's treatment is active. Medicare
    returns lines on which they contradict each other.
    Fix: keep the one that is true.
    """
    payer = setting.payer
    sure = payer.payer_type == "medicare" and payer.coverage.certain
    yield from _contradictions(line, LIABILITY, sure)


@line_rule(
    "S642",
    severity=Severity.REJECT,
    status="A8:453",
    source="CPT modifiers 93 (sound only) and 95 (picture and sound); codingintel.com",
    service_only=True,
    sees_setting=False,
    concerns=modified("95", "93", "GT", least=2),
)
def telehealth_modifiers_contradict(
    line: ServiceLine, _setting: ServiceSetting
) -> Iterator[Problem]:
    """Two modifiers on one line name different kinds of telehealth.

    Why: 95 and GT mean live video, 93 audio only; a visit was one or the other.
    Fix: keep the one that is true and that the payer accepts.
    """
    yield from _contradictions(line, TELEHEALTH, True)


@line_rule(
    "S643",
    severity=Severity.WARN,
    status="A8:453",
    source="KNOWLEDGE: meaning of 96, 97",
    service_only=True,
    sees_setting=False,
    concerns=modified("96", "97", least=2),
)
def benefit_modifiers_contradict(line: ServiceLine, _setting: ServiceSetting) -> Iterator[Problem]:
    """A line is marked as habilitative (96) and as rehabilitative (97).

    Why: plans count the two toward different benefits; a service is one or the other.
    Fix: keep 96 for learning a skill, 97 for regaining one.
    """
    yield from _contradictions(line, BENEFIT, False)


@line_rule(
    "S644", severity=Severity.WARN, status="A8:453",
    source="A Blue Cross policy on physical therapy (25 not valid with therapy evaluations)",
    service_only=True, sees_setting=False, concerns=modified("25"),
)  # fmt: skip
def separate_visit_modifier_on_evaluation(
    line: ServiceLine, _setting: ServiceSetting
) -> Iterator[Problem]:
    """Modifier 25 is on a therapy evaluation.

    Why: 25 marks a separate office visit (evaluation and management); therapy evaluations are not
    office visits, and payers reject it there.
    Fix: remove 25. If a pair of codes needs a modifier, it is 59 or one of XE, XS, XP, XU.
    """
    if "25" not in line.modifiers:
        return
    row = therapy_row(line)
    if row is not None and row.is_evaluation:
        message = f"25 is for office visits, not for the therapy evaluation {row.code}"
        yield Problem(modifier_at(line, "25"), message)


@line_rule(
    "S649",
    severity=Severity.WARN,
    status="A8:453",
    source="KNOWLEDGE: use of modifier 52",
    service_only=True,
    sees_setting=False,
    concerns=modified("52"),
)
def reduced_service_on_timed_code(line: ServiceLine, _setting: ServiceSetting) -> Iterator[Problem]:
    """Modifier 52 (reduced service) is on a code counted in minutes.

    Why: a timed service is reduced by billing fewer units; 52 does not turn too few minutes into a
    unit.
    Fix: bill the units that the minutes support, without 52.
    """
    if "52" not in line.modifiers:
        return
    row = therapy_row(line)
    if row is not None and row.timed:
        message = (
            f"52 is on {row.code}, which is counted in minutes: bill the units the minutes support"
        )
        yield Problem(modifier_at(line, "52"), message)


@line_rule(
    "S658",
    severity=Severity.WARN,
    status="A8:453",
    source="physiospot/WebPT on GX",
    service_only=True,
    concerns=modified("GX"),
)
def voluntary_notice_on_covered_service(
    line: ServiceLine, setting: ServiceSetting
) -> Iterator[Problem]:
    """GX (voluntary notice) is used without GY on a service Medicare covers.

    Why: GX is for services that are never covered; Medicare returns lines that carry it on a
    covered charge.
    Fix: use GA if a required notice was signed, GX with GY if the service is excluded.
    """
    if "GX" not in line.modifiers or "GY" in line.modifiers:
        return
    row = therapy_row(line)
    if row is not None and row.medicare == "yes" and setting.payer.payer_type == "medicare":
        message = f"GX is used without GY on {row.code}, which Medicare covers"
        yield Problem(modifier_at(line, "GX"), message)


@line_rule(
    "S659",
    severity=Severity.WARN,
    status="A8:453",
    source=NCCI_MANUAL,
    service_only=True,
    sees_setting=False,
    concerns=modified("59", *X_MODIFIERS),
)
def distinct_service_on_office_visit(
    line: ServiceLine, _setting: ServiceSetting
) -> Iterator[Problem]:
    """Modifier 59 or an X modifier is on an office visit (99202 to 99499).

    Why: 59 is not for evaluation and management codes; those take 25.
    Fix: use 25 if the visit was separate from the procedure, otherwise no modifier.
    """
    code = line.code
    if not ("99202" <= code <= "99499" and len(code) == 5 and code.isdigit()):
        return
    found = next((m for m in line.modifiers if m == "59" or m in X_MODIFIERS), None)
    if found is not None:
        yield Problem(modifier_at(line, found), f"{found} is not used on the office visit {code}")


RULES: tuple[Rule, ...] = (
    distinct_service_twice_said,
    liability_modifiers_contradict,
    telehealth_modifiers_contradict,
    benefit_modifiers_contradict,
    separate_visit_modifier_on_evaluation,
    reduced_service_on_timed_code,
    voluntary_notice_on_covered_service,
    distinct_service_on_office_visit,
)
