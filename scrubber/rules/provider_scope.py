"""Codes that belong to other providers than the one who bills them, or to none for this payer."""

from collections.abc import Iterator

from scrubber.claim.claim import Claim
from scrubber.claim.service_line import ServiceLine
from scrubber.codes.taxonomy import provider
from scrubber.findings import Problem, Severity
from scrubber.profiles.profile import DatedProfile
from scrubber.rules.procedure_codes import SAID_BEFOREHAND
from scrubber.rules.rule import Rule, ServiceSetting, Setting, claim_rule, line_rule
from scrubber.rules.service_shapes import therapy
from scrubber.rules.therapy_lines import disciplines_on, therapist, therapy_row, with_article
from scrubber.x12.segment import Element, Segment

NOT_FOR_SPEECH = frozenset({"97110", "97112", "97150", "97530"})


@line_rule(
    "S652", severity=Severity.WARN, status="A8:454",
    source="KNOWLEDGE 0.8: evaluations by athletic trainers, monitoring of behavioral therapy",
    service_only=True, concerns=therapy(lambda row: not row.disciplines),
)  # fmt: skip
def code_of_another_profession(line: ServiceLine, setting: ServiceSetting) -> Iterator[Problem]:
    """A therapist bills a code of another profession.

    Why: 97169 to 97172 are evaluations by athletic trainers, 98978 and 98986 monitor behavioral
    therapy; payers do not pay physical, occupational or speech-language therapists for them.
    Fix: bill the therapist's own evaluation (97161 to 97168) or monitoring code.
    """
    row = therapy_row(line)
    if row is None or row.disciplines:
        return
    billed_by = therapist(setting.taxonomy)
    if billed_by is not None or disciplines_on(line):
        by_whom = (
            f"by {with_article(billed_by.meaning)}"
            if billed_by is not None
            else f"with {disciplines_on(line)[0]}"
        )
        message = f"{row.code} ({row.description.lower()}) is not for therapists; it is billed"
        yield Problem(line.procedure_element, f"{message} {by_whom}")


@line_rule(
    "S654", severity=Severity.WARN, status="A8:454",
    source="CMS NCCI Policy Manual 2026, chapter XI, H.2",
    service_only=True, concerns=lambda shape: shape.code in NOT_FOR_SPEECH,
)  # fmt: skip
def exercise_billed_for_speech_therapy(
    line: ServiceLine, setting: ServiceSetting
) -> Iterator[Problem]:
    """A speech-language pathologist bills exercise, re-education, group or activities codes.

    Why: 97110, 97112, 97150 and 97530 are part of speech-language treatment when a speech-language
    pathologist provides them; the NCCI manual does not allow billing them separately.
    Fix: bill 92507, 92508 or 92526 for the treatment.
    """
    if line.code not in NOT_FOR_SPEECH:
        return
    known = provider(setting.taxonomy)
    by_pathologist = known is not None and known.discipline == "SLP" and known.role != "clinic"
    if (by_pathologist or "GN" in line.modifiers) and therapy_row(line) is not None:
        yield Problem(
            line.procedure_element,
            f"{line.code} is part of speech-language treatment (92507, 92508, 92526) and is "
            "not billed separately",
        )


@line_rule(
    "S657", severity=Severity.WARN, status="A8:454",
    source="CMS physician fee schedule RVU file, July 2024 (status R)",
    service_only=True, concerns=therapy(lambda row: row.medicare == "restricted"),
)  # fmt: skip
def coverage_restricted(line: ServiceLine, setting: ServiceSetting) -> Iterator[Problem]:
    """Medicare restricts coverage of the code.

    Why: infrared (97026) and work hardening (97545, 97546) have status R: paid only if a coverage
    decision or the contractor allows it.
    Fix: check the coverage decision, and have the patient sign a notice (GA) if denial is likely.
    """
    if setting.payer.payer_type != "medicare":
        return
    row = therapy_row(line)
    expected = not SAID_BEFOREHAND.isdisjoint(line.modifiers)
    if row is not None and row.medicare == "restricted" and not expected:
        yield Problem(line.procedure_element, f"Medicare restricts coverage of {row.code}")


def _assistants_cannot_render(payer: DatedProfile) -> bool:
    stated = payer.assistant_modifiers
    return stated is not None and not stated.may_render


@claim_rule(
    "S684", severity=Severity.WARN, status="A8:145:82",
    source="42 CFR 410.59 and 410.60; payer profile: assistant-modifiers",
    asked_by=_assistants_cannot_render,
)  # fmt: skip
def assistant_renders(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """The rendering provider is a therapy assistant.

    Why: assistants cannot enroll in Medicare and cannot bill, with or without CQ or CO; the
    therapist who supervises them bills their services.
    Fix: name the supervising therapist as rendering provider (2310B or 2420A), and mark what the
    assistant provided with CQ or CO.
    """
    if not _assistants_cannot_render(setting.payer):
        return
    named = claim.children("2310B")
    for party in (*named, *(one for line in claim.lines for one in line.children("2420A"))):
        for segment in party.segments("PRV"):
            yield from _assistant(segment.value(3), segment[3])
    if not named:
        yield from _assistant(setting.taxonomy, claim.clm)


def _assistant(taxonomy: str, at: Segment | Element) -> Iterator[Problem]:
    known = provider(taxonomy)
    if known is not None and known.role == "assistant":
        who = with_article(known.meaning)
        yield Problem(
            at, f"{who} is named as rendering provider; name the supervising therapist instead"
        )


RULES: tuple[Rule, ...] = (
    code_of_another_profession,
    exercise_billed_for_speech_therapy,
    coverage_restricted,
    assistant_renders,
)
