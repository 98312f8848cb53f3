"""Telehealth: what the payer takes, where, and with which modifiers; and places it restricts."""

from collections.abc import Iterator
from datetime import date

from scrubber.claim.service_line import ServiceLine
from scrubber.findings import Problem, Severity
from scrubber.profiles.code_statements import Telehealth
from scrubber.rules.modifier_text import modifier_at, place_for_one_more
from scrubber.rules.procedure_codes import SAID_BEFOREHAND
from scrubber.rules.rule import Rule, ServiceSetting, line_rule
from scrubber.rules.service_shapes import modified, therapy
from scrubber.rules.therapy_lines import payer_name, professions, therapy_row
from scrubber.therapy.table import TherapyCode
from scrubber.therapy.telehealth import is_known_year, telehealth_service

PLACES = frozenset({"02", "10"})
MODIFIERS = ("95", "GT", "93", "GQ", "FQ")
NOT_BY_VIDEO = frozenset({"comm_tech", "rtm"})
"""Families of services that are given by telephone, message or device, wherever the patient is."""
PANDEMIC_RULES_END = date(2024, 1, 1)
"""Until the end of 2023 Medicare wanted the usual place with modifier 95."""


def place_of(line: ServiceLine, setting: ServiceSetting) -> str:
    """The place of service of the line, its own or the claim's."""
    return line.service.place_of_service or setting.place_of_service


def _is_remote(line: ServiceLine, setting: ServiceSetting) -> bool:
    return place_of(line, setting) in PLACES or not set(MODIFIERS).isdisjoint(line.modifiers)


def _statements(row: TherapyCode, setting: ServiceSetting) -> list[Telehealth]:
    return [one for one in setting.payer.telehealth if one.codes.covers(row.code, row)]


@line_rule(
    "S648", severity=Severity.WARN, status="A8:249+453",
    source="CMS telehealth places of service 02 and 10; KNOWLEDGE 0.7: since 2024",
    service_only=True, concerns=modified(*MODIFIERS),
)  # fmt: skip
def telehealth_modifier_elsewhere(line: ServiceLine, setting: ServiceSetting) -> Iterator[Problem]:
    """A line has a telehealth modifier, but its place of service is not for telehealth.

    Why: telehealth has its own places of service: 10 at the patient's home, 02 elsewhere. For most
    payers the modifier and another place contradict each other; some hospitals are an exception.
    Fix: use 02 or 10 as the place of service, or remove the modifier.
    """
    place, day = place_of(line, setting), line.service_from
    if place in PLACES or day is None or day < PANDEMIC_RULES_END or therapy_row(line) is None:
        return
    for found in [one for one in line.modifiers if one in MODIFIERS][:1]:
        message = f"{found} says telehealth, but the place of service is {place}, not 02 or 10"
        yield Problem(modifier_at(line, found), message)


@line_rule(
    "S713", severity=Severity.REJECT, status="A8:454+249", source="payer profile: telehealth",
    service_only=True, concerns=therapy(),
)  # fmt: skip
def code_not_taken_by_telehealth(line: ServiceLine, setting: ServiceSetting) -> Iterator[Problem]:
    """The payer does not pay this code by telehealth, or it is not known whether it does.

    Why: each payer has a list of services it pays by telehealth; others are denied. Medicare pays
    what is on the list that CMS publishes for the year; import it with `scrubber table import`. A
    line that expects the denial (GA, GX, GY, GZ) is left alone.
    Fix: bill the place where the patient was seen, or ask the payer.
    """
    row = therapy_row(line)
    if row is None or not _is_remote(line, setting):
        return
    if not SAID_BEFOREHAND.isdisjoint(line.modifiers):
        return
    stated = _statements(row, setting)
    refusal = next((one for one in stated if not one.allowed), None)
    if refusal is not None:
        message = f"{payer_name(setting)} does not pay {row.code} by telehealth"
        yield Problem(line.procedure_element, message, severity=refusal.stated.ceiling)
    elif not stated:
        yield from _as_listed(line, row, setting)


def _as_listed(line: ServiceLine, row: TherapyCode, setting: ServiceSetting) -> Iterator[Problem]:
    """What CMS's list says of a line, where the payer goes by it."""
    by_list, day = setting.payer.telehealth_list, line.service_from
    at, name = line.procedure_element, payer_name(setting)
    if by_list is None or not by_list.used or day is None or not is_known_year(day, setting.tables):
        message = f"not checked: whether {name} pays {row.code} by telehealth on "
        message += "this date is not in our table"
        yield Problem(at, message, severity=Severity.INFO)
        return
    service = telehealth_service(row.code, day, setting.tables)
    if service is None and row.family not in NOT_BY_VIDEO:
        message = f"{row.code} is not on CMS's list of telehealth services of {day.year}"
        yield Problem(at, message, severity=Severity.WARN)
    elif service is not None and service.audio_only is False and "93" in line.modifiers:
        message = f"CMS's list of {day.year} does not allow {row.code} audio-only (93)"
        yield Problem(modifier_at(line, "93"), message, severity=Severity.WARN)


@line_rule(
    "S723", severity=Severity.REJECT, status="A8:249+453", source="payer profile: telehealth",
    service_only=True, concerns=therapy(),
)  # fmt: skip
def telehealth_modifier_missing(line: ServiceLine, setting: ServiceSetting) -> Iterator[Problem]:
    """A telehealth line lacks the modifier the payer requires.

    Why: some payers recognize telehealth by 95 or GT, not by the place of service alone. If a
    different telehealth modifier is present (93: audio-only), this is a warning.
    Fix: add the modifier for live video.
    """
    if place_of(line, setting) not in PLACES:
        return
    row = therapy_row(line)
    if row is None or row.family in NOT_BY_VIDEO:
        return
    another = not set(MODIFIERS).isdisjoint(line.modifiers)
    for one in _statements(row, setting):
        if one.allowed and one.modifier_required and one.modifiers.isdisjoint(line.modifiers):
            wanted = " or ".join(sorted(one.modifiers))
            message = f"{payer_name(setting)} requires {wanted} on {line.code} by telehealth"
            severity = Severity.WARN if another else one.stated.ceiling
            yield Problem(place_for_one_more(line), message, severity=severity)
            return


@line_rule(
    "S714", severity=Severity.WARN, status="A8:249", source="payer profile: restricted-place",
    service_only=True, concerns=therapy(),
)  # fmt: skip
def place_restricted_by_payer(line: ServiceLine, setting: ServiceSetting) -> Iterator[Problem]:
    """The payer restricts therapy at this place of service.

    Why: some payers require therapy outside hospitals, or prior approval there. Medicare pays
    therapists in private practice in their office and at the patient's home; in a hospital or a
    skilled nursing facility the facility bills.
    Fix: check the place of service, or whether the payer approved it.
    """
    restricted = setting.payer.restricted_place
    place = place_of(line, setting)
    if restricted is None or place not in restricted.places or therapy_row(line) is None:
        return
    if SAID_BEFOREHAND.isdisjoint(line.modifiers) and (
        not restricted.billed_by or restricted.billed_by & professions(line, setting)
    ):
        message = f"{payer_name(setting)} restricts therapy at place of service {place}"
        if restricted.billed_by:
            message += ": a therapist in private practice does not bill there"
        at = line.sv1[5] if line.service.place_of_service else line.procedure_element
        yield Problem(at, message)


RULES: tuple[Rule, ...] = (
    telehealth_modifier_elsewhere,
    code_not_taken_by_telehealth,
    telehealth_modifier_missing,
    place_restricted_by_payer,
)
