"""CQ and CO: what assistants gave, and whether the modifiers say so."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from scrubber.claim.service_line import ServiceLine
from scrubber.findings import Problem, Severity
from scrubber.patches import Fix, Safety
from scrubber.rules.modifier_text import modifier_at, place_for_one_more
from scrubber.rules.rule import Rule, ServiceSetting, Visit, line_rule, visit_rule
from scrubber.rules.service_shapes import modified, unmodified, worded
from scrubber.rules.therapy_lines import (
    by_code_and_provider,
    disciplines_on,
    plain,
    therapist,
    therapy_row,
    units_in,
    units_in_words,
    with_article,
)
from scrubber.therapy.table import TherapyCode
from scrubber.therapy.units import eight_minute_units

THERAPY_PAGE = "CMS Therapy Services page, CY2026: assistants"
DISCIPLINE_OF = {"CQ": "GP", "CO": "GO"}
ASSISTANT_OF = {"GP": "CQ", "GO": "CO"}
MEANING = {"CQ": "a physical therapist assistant", "CO": "an occupational therapy assistant"}


def assistants_on(line: ServiceLine) -> tuple[str, ...]:
    """CQ and CO as far as they stand on the line."""
    return tuple(modifier for modifier in ("CQ", "CO") if modifier in line.modifiers)


@line_rule(
    "S606",
    severity=Severity.REJECT,
    status="A8:453",
    source=THERAPY_PAGE,
    service_only=True,
    concerns=modified("CQ", "CO"),
)
def assistant_modifier_unpaired(line: ServiceLine, setting: ServiceSetting) -> Iterator[Problem]:
    """CQ is used without GP, CO without GO, or both are on one line.

    Why: CQ means that a physical therapist assistant provided the service, CO an occupational
    therapy assistant; each belongs to the plan of care of its own discipline, and speech-language
    pathology has no such modifier.
    Fix: correct the assistant modifier or the plan-of-care modifier according to the record.
    """
    found = assistants_on(line)
    if not found or therapy_row(line) is None:
        return
    named, partner = disciplines_on(line), DISCIPLINE_OF[found[0]]
    if len(found) == 1 and partner in named:
        return
    uses = setting.payer.assistant_modifiers
    severity = uses.stated.ceiling if uses is not None and uses.used else Severity.WARN
    at = modifier_at(line, found[-1])
    if len(found) == 2:
        yield Problem(at, "CQ and CO are on one line; one assistant provided it", severity=severity)
    elif named:
        message = f"{found[0]} goes with {partner}, not with {named[0]}"
        yield Problem(at, message, severity=severity)
    else:
        yield Problem(at, f"{found[0]} is used without {partner}", severity=Severity.WARN)


class _Share(NamedTuple):
    """Units of one code and day that an assistant's modifier should mark, and does mark."""

    expected: int
    marked: Decimal
    minutes: int
    by_assistant: int


@visit_rule(
    "S607",
    severity=Severity.WARN,
    status="A8:453",
    source=THERAPY_PAGE,
    service_only=True,
    concerns=worded(),
)
def assistant_modifier_against_record(visit: Visit, setting: ServiceSetting) -> Iterator[Problem]:
    """CQ or CO does not agree with the documented minutes of the assistant.

    Why: more than a tenth of a service or unit by an assistant requires CQ or CO, which pays 85 %;
    a last unit to which the therapist contributed eight minutes or more carries none. So one code
    may need two lines that differ in CQ only.
    Fix: mark the units the assistant provided. If a whole line is the assistant's, the scrubber
    offers to append the modifier.
    """
    uses = setting.payer.assistant_modifiers
    if setting.documented is None or uses is None or not uses.used:
        return
    for _, lines in by_code_and_provider(visit.lines):
        row = therapy_row(lines[0])
        share = _share(lines, row, setting) if row is not None else None
        if row is None or share is None or share.marked == share.expected:
            continue
        modifier = ASSISTANT_OF.get((disciplines_on(lines[0]) or ("",))[0])
        if modifier is not None:
            yield _disagreement(lines, row, share, modifier)


def _share(
    lines: Sequence[ServiceLine], row: TherapyCode, setting: ServiceSetting
) -> _Share | None:
    """None where minutes or assistant's minutes of a line are not documented."""
    records = [setting.documentation_of(line) for line in lines]
    minutes = by_assistant = 0
    for record in records:
        if record is None or record.minutes is None or record.assistant_minutes is None:
            return None
        minutes += record.minutes
        by_assistant += record.assistant_minutes
    units = int(units_in(lines))
    if by_assistant * 10 <= minutes:
        expected = 0
    elif row.pooled:
        expected = units - min(units, eight_minute_units(minutes - by_assistant))
    else:
        expected = units
    marked = units_in([line for line in lines if assistants_on(line)])
    return _Share(expected, marked, minutes, by_assistant)


def _disagreement(
    lines: Sequence[ServiceLine], row: TherapyCode, share: _Share, modifier: str
) -> Problem:
    facts = f"{share.by_assistant} of {share.minutes} minutes of {row.code} are an assistant's: "
    message = f"{facts}{modifier} belongs on {units_in_words(share.expected)}, it is on "
    message += plain(share.marked)
    if share.marked > share.expected:
        marked = next(line for line in lines if assistants_on(line))
        return Problem(modifier_at(marked, assistants_on(marked)[0]), message)
    bare = next(line for line in lines if not assistants_on(line))
    place = bare.next_modifier_element
    fix = None
    if place is not None and len(lines) == 1 and share.expected == bare.units:
        fix = Fix(f"append {modifier}", (place.put(modifier),), Safety.REVIEW)
    return Problem(place_for_one_more(bare), message, fix)


@line_rule(
    "S608",
    severity=Severity.WARN,
    status="A8:453",
    source="KNOWLEDGE 0.9: scope of assistants",
    service_only=True,
    sees_setting=False,
    concerns=modified("CQ", "CO"),
)
def assistant_on_evaluation(line: ServiceLine, _setting: ServiceSetting) -> Iterator[Problem]:
    """An evaluation is marked as provided by an assistant.

    Why: only the therapist may evaluate and re-evaluate; payers do not pay assistants for it.
    Fix: remove CQ or CO if the therapist evaluated; otherwise the service cannot be billed as an
    evaluation.
    """
    found = assistants_on(line)
    row = therapy_row(line) if found else None
    if row is not None and row.is_evaluation:
        message = (
            f"{row.code} is an evaluation; {found[0]} says that {MEANING[found[0]]} provided it"
        )
        yield Problem(modifier_at(line, found[0]), message)


@line_rule(
    "S609",
    severity=Severity.WARN,
    status="A8:453",
    source=THERAPY_PAGE,
    service_only=True,
    concerns=unmodified("CQ", "CO"),
)
def assistant_renders_unmarked(line: ServiceLine, setting: ServiceSetting) -> Iterator[Problem]:
    """The rendering provider is an assistant, but the line carries neither CQ nor CO.

    Why: payers that pay less for assistants require the modifier on every service they provide;
    most do not accept an assistant as rendering provider at all.
    Fix: name the supervising therapist as rendering provider and append CQ or CO.
    """
    uses = setting.payer.assistant_modifiers
    if uses is None or not uses.used or assistants_on(line):
        return
    billed_by = therapist(setting.taxonomy)
    if billed_by is None or billed_by.role != "assistant" or billed_by.modifier not in ASSISTANT_OF:
        return
    if therapy_row(line) is not None:
        message = f"the rendering provider is {with_article(billed_by.meaning)}; "
        wanted = ASSISTANT_OF[billed_by.modifier]
        yield Problem(place_for_one_more(line), f"{message}{wanted} is missing on {line.code}")


RULES: tuple[Rule, ...] = (
    assistant_modifier_unpaired,
    assistant_modifier_against_record,
    assistant_on_evaluation,
    assistant_renders_unmarked,
)
