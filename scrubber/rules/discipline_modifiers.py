"""GP, GO and GN: under which plan of care a therapy service was given."""

from collections.abc import Iterator

from scrubber.claim.service_line import ServiceLine
from scrubber.findings import Problem, Severity
from scrubber.patches import Fix, Safety
from scrubber.rules.modifier_text import place_for_one_more
from scrubber.rules.provider_scope import NOT_FOR_SPEECH
from scrubber.rules.rule import Rule, ServiceSetting, line_rule
from scrubber.rules.service_shapes import foreign_discipline, modified, named_discipline, unmodified
from scrubber.rules.therapy_lines import (
    disciplines_on,
    therapist,
    therapy_row,
    with_article,
)
from scrubber.therapy.plan_of_care import DISCIPLINES
from scrubber.therapy.table import TherapyCode

CR_10176 = "CMS change request 10176; CMS Pub. 100-04, chapter 5, 10.6"
DISCIPLINE_NAMES = {"GP": "physical", "GO": "occupational", "GN": "speech-language"}


@line_rule(
    "S601",
    severity=Severity.REJECT,
    status="A6:453",
    source=CR_10176,
    service_only=True,
    concerns=unmodified(*DISCIPLINES),
)
def discipline_modifier_missing(line: ServiceLine, setting: ServiceSetting) -> Iterator[Problem]:
    """A therapy code lacks the modifier of its plan of care: GP, GO or GN.

    Why: payers sort therapy by plan of care; without the modifier the line is returned or denied.
    Always-therapy codes need it no matter who bills them; other codes if a therapist bills them.
    Fix: append GP (physical), GO (occupational) or GN (speech-language therapy). If the rendering
    provider's taxonomy names one discipline that the code allows, the scrubber appends it when the
    payer's profile or --consent S601 says so and nothing else rejects the claim. A code of a
    different profession than the rendering provider's (92507 by a physical therapist) is left
    alone. On a line marked as excluded by law (GY) the missing modifier is a warning.
    """
    row = therapy_row(line)
    wanted = setting.payer.discipline_modifier
    if (
        row is None
        or wanted is None
        or wanted.excepted_codes.covers(row.code, row)
        or disciplines_on(line)
    ):
        return
    severity = wanted.stated.ceiling
    if row.status == "always" and wanted.on_always_codes:
        kind = "an always-therapy code"
    elif (
        row.status == "sometimes"
        and wanted.on_sometimes_codes_by_therapists
        and therapist(setting.taxonomy)
    ):
        kind, severity = "a therapy code when a therapist bills it", Severity.WARN
    else:
        return
    if "GY" in line.modifiers:
        severity = Severity.WARN
    message = f"{row.code} is {kind} and carries none of GP, GO, GN"
    yield Problem(place_for_one_more(line), message, _modifier_fix(line, row, setting), severity)


def _modifier_fix(line: ServiceLine, row: TherapyCode, setting: ServiceSetting) -> Fix | None:
    """Append what the therapist's taxonomy says; merely advise what the code alone says. Nothing
    for a code that is not of the therapist's profession: code or provider is wrong, not known
    which."""
    place = line.next_modifier_element
    if place is None:
        return None
    billed_by = therapist(setting.taxonomy)
    if billed_by is not None:
        modifier = billed_by.modifier
        if modifier is None or modifier not in row.disciplines:
            return None
        title = f"append {modifier}: the rendering provider is {with_article(billed_by.meaning)}"
        return Fix(title, (place.put(modifier),), Safety.REVIEW)
    if row.required_modifier is not None:
        title = f"append {row.required_modifier}, the only one {row.code} allows"
        return Fix(title, (place.put(row.required_modifier),), Safety.ADVICE)
    return None


@line_rule(
    "S602",
    severity=Severity.REJECT,
    status="A8:453",
    source=CR_10176,
    service_only=True,
    sees_setting=False,
    concerns=modified(*DISCIPLINES, least=2),
)
def discipline_modifiers_several(line: ServiceLine, _setting: ServiceSetting) -> Iterator[Problem]:
    """A line carries more than one of GP, GO and GN.

    Why: one service is provided under one plan of care.
    Fix: keep the modifier of the plan of care under which the service was provided; services under
    two plans go on two lines.
    """
    found = disciplines_on(line)
    if len(found) > 1 and therapy_row(line) is not None:
        second = next(e for e in line.modifier_elements() if e.value == found[1])
        yield Problem(second, f"{line.code} carries {' and '.join(found)}; only one is allowed")


@line_rule(
    "S603",
    severity=Severity.REJECT,
    status="A8:453",
    source=CR_10176,
    service_only=True,
    sees_setting=False,
    concerns=foreign_discipline,
)
def discipline_modifier_wrong_for_code(
    line: ServiceLine, _setting: ServiceSetting
) -> Iterator[Problem]:
    """The code cannot be billed under the plan of care that the modifier names.

    Why: some codes belong to one discipline (97161 to 97164 to physical therapy, 97165 to 97168 to
    occupational therapy, 92521 to 92524, 92597 and 92607 to speech-language pathology); payers deny
    them with another modifier.
    Fix: correct the code or the modifier according to the record.
    """
    row = therapy_row(line)
    found = disciplines_on(line)
    if row is None or len(found) != 1 or not row.disciplines or found[0] in row.disciplines:
        return
    at = next(e for e in line.modifier_elements() if e.value == found[0])
    if row.required_modifier is not None:
        yield Problem(at, f"{row.code} goes with {row.required_modifier} only, not with {found[0]}")
        return
    if row.code in NOT_FOR_SPEECH and found[0] == "GN":
        return
    usual = " or ".join(row.disciplines)
    message = f"{row.code} is usually billed with {usual}; {found[0]} is not on our list for it"
    yield Problem(at, message, severity=Severity.WARN)


@line_rule(
    "S605",
    severity=Severity.WARN,
    status="A8:453",
    source=CR_10176,
    service_only=True,
    concerns=named_discipline,
)
def discipline_modifier_wrong_for_provider(
    line: ServiceLine, setting: ServiceSetting
) -> Iterator[Problem]:
    """The modifier names a different discipline than the rendering provider's.

    Why: a therapist works under a plan of care of their own discipline; payers compare the modifier
    with the taxonomy they have for the rendering provider.
    Fix: correct the modifier, or name the provider who provided the service (2310B or 2420A).
    """
    billed_by = therapist(setting.taxonomy)
    if billed_by is None or billed_by.modifier in line.modifiers:
        return
    found = disciplines_on(line)
    if len(found) != 1:
        return
    row = therapy_row(line)
    if row is None or row.required_modifier not in (None, found[0]):  # the latter S603 says
        return
    at = next(e for e in line.modifier_elements() if e.value == found[0])
    plan = DISCIPLINE_NAMES[found[0]]
    message = f"{found[0]} names {plan} therapy, but the rendering provider is "
    yield Problem(at, f"{message}{with_article(billed_by.meaning)}")


RULES: tuple[Rule, ...] = (
    discipline_modifier_missing,
    discipline_modifiers_several,
    discipline_modifier_wrong_for_code,
    discipline_modifier_wrong_for_provider,
)
