"""What the payer wants on every claim: in time, authorized, referred, with its own identifiers."""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from scrubber.claim.claim import REPLACEMENT, VOID, Claim
from scrubber.claim.service_line import ServiceLine
from scrubber.claim.values import day
from scrubber.codes.taxonomy import provider
from scrubber.findings import Problem, Severity
from scrubber.patches import Fix, Safety
from scrubber.profiles.claim_statements import Authorization
from scrubber.profiles.pattern import Pattern
from scrubber.profiles.profile import DatedProfile
from scrubber.rules.other_payers import decided_before
from scrubber.rules.rule import Rule, Setting, claim_rule
from scrubber.rules.therapy_lines import disciplines_on, in_words, therapy_row
from scrubber.x12.segment import Element, Segment

PRESCRIBERS = ("20", "363", "364")
"""How taxonomies of physicians, physician assistants, nurse practitioners and specialists begin."""


@claim_rule(
    "S706",
    severity=Severity.REJECT,
    status="A3:718",
    source="payer profile: timely-filing",
    asked_by=lambda payer: payer.timely_filing is not None,
)
def filed_too_late(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """The claim is filed after the payer's filing limit.

    Why: payers deny claims that arrive too long after the date of service, or after the decision of
    a prior payer. A delay reason (CLM20) may lift the limit, corrections often have more time, and
    a limit of the provider's contract does not bind an office that does not participate. A file
    that was on time on the day it says it was created (BHT04) may have been sent then, so for its
    claims this is a warning.
    Fix: check the year of the date; file the claim with the delay reason that applies, if any.
    """
    late, limit = _late_line(claim, setting), setting.payer.timely_filing
    if late is None or limit is None or late.service_from is None:
        return
    delay, first = claim.value("CLM", 20), late.service_from
    decided = _decided_on(claim, setting)
    start = decided or first
    latest, made = limit.latest_day_for(start), claim.transaction.made_on
    late_for_sure = min(setting.as_of, made or setting.as_of) > latest
    undated = decided is None and _is_secondary(claim)
    other_time = setting.frequency == REPLACEMENT or undated or setting.is_encounter
    severity = (
        limit.stated.ceiling if late_for_sure and not other_time and not delay else Severity.WARN
    )
    message = f"service of {in_words(first)}"
    message += f", adjudicated by the prior payer on {in_words(decided)}" if decided else ""
    message += f": {setting.payer.name} accepts claims until {in_words(limit.last_day_for(start))}"
    if limit.or_within is not None:
        message += f", until {in_words(latest)} where {limit.or_when}"
    if made is not None and made <= latest < setting.as_of:
        message += f"; the file was created on {in_words(made)}"
    if delay:
        message += f"; whether delay reason {delay} lifts the limit is not in our table"
    yield Problem(late.date_element, message, severity=severity)


def is_told_too_late(line: ServiceLine, claim: Claim, setting: Setting) -> bool:
    """Whether S706 names this line of a claim as filed after the payer's time limit."""
    return line is _late_line(claim, setting) and not setting.payer.switches_off("S706")


def _late_line(claim: Claim, setting: Setting) -> ServiceLine | None:
    """The oldest line, where the payer's time limit is over for it and no reason lifts that."""
    first = min([line.service_from or date.max for line in claim.lines], default=date.max)
    if first == date.max or setting.as_of <= _last_day(setting.payer, first):
        return None
    limit = setting.payer.timely_filing
    if limit is None or setting.frequency == VOID or claim.value("CLM", 20) in limit.delay_reasons:
        return None
    decided = _decided_on(claim, setting)
    if decided is not None and setting.as_of <= limit.last_day_for(decided):
        return None
    return next(line for line in claim.lines if line.service_from == first)


@lru_cache(maxsize=8192)
def _last_day(payer: DatedProfile, service: date) -> date:
    """The last day on which the payer surely takes a claim for that day."""
    limit = payer.timely_filing
    return limit.last_day_for(service) if limit is not None else date.max


def _is_secondary(claim: Claim) -> bool:
    return claim.subscriber is not None and claim.subscriber.responsibility not in ("P", "")


def _decided_on(claim: Claim, setting: Setting) -> date | None:
    """The day of the last decision of a payer before this one, from which its limit runs."""
    if not setting.payer.coverage.decided:
        return None
    dates = [day(at.value) for payer in decided_before(claim) for at in payer.decision_dates]
    return max([one for one in dates if one is not None], default=None)


@claim_rule(
    "S707",
    severity=Severity.REJECT,
    status="A6:252:PR",
    source="payer profile: authorization",
    asked_by=lambda payer: bool(payer.authorizations),
)
def authorization_missing(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """The claim lacks the authorization or referral number the payer requires.

    Why: the payer denies these services unless it, or the referring agency, approved them first.
    Fix: enter the number as prior authorization (REF*G1) or referral (REF*9F), as the payer
    requires.
    """
    for wanted in setting.payer.authorizations:
        if _numbers(claim, wanted) or claim.value("REF", 2, "4N"):
            continue
        bare = [one for one in claim.lines if _needs(one, wanted) and not _has_number(one, wanted)]
        if not bare:
            continue
        kinds = " or ".join(f"REF*{qualifier}" for qualifier in sorted(wanted.qualifiers))
        message = (
            f"{setting.payer.name} requires an authorization for {bare[0].code}; the claim has "
        )
        message += f"no {kinds}{_documented(bare, setting)}"
        yield Problem(claim.clm, message, severity=wanted.stated.ceiling)


def _numbers(claim: Claim, wanted: Authorization) -> list[Element]:
    return [segment[2] for segment in claim.segments("REF", *wanted.qualifiers) if segment.value(2)]


def _needs(line: ServiceLine, wanted: Authorization) -> bool:
    if not wanted.codes.covers(line.code, therapy_row(line)):
        return False
    return not wanted.disciplines or not wanted.disciplines.isdisjoint(disciplines_on(line))


def _has_number(line: ServiceLine, wanted: Authorization) -> bool:
    return any(segment.value(2) for segment in line.segments("REF", *wanted.qualifiers))


def _documented(lines: list[ServiceLine], setting: Setting) -> str:
    records = [setting.documentation_of(line) for line in lines]
    told = [one.prior_auth for one in records if one is not None and one.prior_auth is not None]
    if not told:
        return ""
    return "; the documentation has a number" if any(told) else "; none is documented either"


@claim_rule(
    "S708",
    severity=Severity.REJECT,
    status="A7:252:PR",
    source="payer profile: authorization",
    when=("2300/REF*G1", "2300/REF*9F"),
    asked_by=lambda payer: bool(payer.authorizations),
)
def authorization_malformed(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """The authorization or referral number does not have the payer's format.

    Why: payers look up the number exactly as sent; words before or after it make it a different
    number.
    Fix: enter the number alone, as on the authorization.
    """
    for wanted in setting.payer.authorizations:
        numbers = _numbers(claim, wanted)
        if wanted.pattern is None or not any(_needs(line, wanted) for line in claim.lines):
            continue
        if any(wanted.pattern.fits(number.value) for number in numbers):
            continue
        for number in numbers[:1]:
            message = f"the number does not have the format {setting.payer.name} uses: "
            message += wanted.looks_like
            yield Problem(number, message, _alone(number, wanted.pattern), wanted.stated.ceiling)


def _alone(number: Element, pattern: Pattern) -> Fix | None:
    """The number without what stands around it, where exactly one is to be seen."""
    found = [part for part in re.split(r"[^0-9A-Za-z]+", number.value) if pattern.fits(part)]
    if len(found) != 1:
        return None
    return Fix("write the number alone", (number.put(found[0]),), Safety.REVIEW)


@claim_rule(
    "S709",
    severity=Severity.REJECT,
    status="A6:562:DN",
    source="payer profile: referring-provider",
    asked_by=lambda payer: payer.referring_provider is not None,
)
def referring_provider_missing(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """A therapy claim names no referring provider, or none with an NPI.

    Why: Medicare has required the physician or practitioner who certifies the plan of care, as
    referring provider (2310A with DN) with an NPI, on every therapy claim since October 2012.
    Fix: add the certifying provider's name and NPI.
    """
    wanted = setting.payer.referring_provider
    if wanted is None or not wanted.required:
        return
    found = next(
        (one for one in claim.children("2310A") if one.value("NM1", 1) == wanted.qualifier), None
    )
    if found is not None and found.value("NM1", 8) == "XX" and found.value("NM1", 9):
        return
    bare = [
        line for line in claim.lines if _is_therapy(line) and not _refers(line, wanted.qualifier)
    ]
    if not bare:
        return
    severity = wanted.stated.ceiling
    if setting.taxonomy.startswith(PRESCRIBERS) and provider(setting.taxonomy) is None:
        severity = Severity.WARN
    what = "has no NPI" if found is not None else "is missing"
    message = f"the referring provider (2310A, {wanted.qualifier}) {what}; {setting.payer.name} "
    message += "requires the provider who certifies the plan of care"
    at: Element | Segment = claim.clm
    if found is not None:
        at = found.block.segment(found.layout.first, found.id)[9]
    yield Problem(at, message, severity=severity)


def _is_therapy(line: ServiceLine) -> bool:
    """Therapy for which the payer is asked to pay (GY says that it is not)."""
    row = therapy_row(line)
    if row is None or "GY" in line.modifiers:
        return False
    return row.status == "always" or bool(disciplines_on(line))


def _refers(line: ServiceLine, qualifier: str) -> bool:
    return any(
        party.value("NM1", 1) == qualifier and party.value("NM1", 9)
        for party in line.children("2420F")
    )


@claim_rule(
    "S710",
    severity=Severity.REJECT,
    status="A7:164:IL",
    source="payer profile: member-id",
    asked_by=lambda payer: bool(payer.member_ids),
)
def member_id_malformed(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """The subscriber's member ID does not have the payer's format.

    Why: the payer cannot find a member by an ID of another format and returns the claim.
    Fix: copy the ID from the member's card.
    """
    forms = setting.payer.member_ids
    party = claim.subscriber.party if forms and claim.subscriber is not None else None
    if party is None or not party.identifier:
        return
    if not any(form.pattern.fits(party.identifier.upper()) for form in forms):
        looks_like = " or ".join(form.looks_like for form in forms)
        severity = None if all(form.stated.may_reject for form in forms) else Severity.WARN
        message = f"the member ID does not have the format {setting.payer.name} uses: {looks_like}"
        yield Problem(claim.clm, message, severity=severity)


@claim_rule(
    "S717",
    severity=Severity.REJECT,
    status="A6:633",
    source="payer profile: property-and-casualty",
    asked_by=lambda payer: payer.property_and_casualty is not None,
)
def accident_cause_missing(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """A claim to an accident insurer does not give the related cause it requires.

    Why: workers' compensation pays for employment (EM), auto insurance for an auto accident (AA);
    without the cause (CLM11) the insurer cannot tell that it is liable.
    Fix: enter the related cause and the date of the accident.
    """
    wanted = setting.payer.property_and_casualty
    if wanted is None or not wanted.cause:
        return
    if wanted.cause not in claim.value("CLM", 11).split(claim.block.delimiters.component):
        message = f"{setting.payer.name} requires the related cause {wanted.cause} (CLM11)"
        yield Problem(claim.clm[11], message, severity=wanted.stated.ceiling)


RULES: tuple[Rule, ...] = (
    filed_too_late,
    authorization_missing,
    authorization_malformed,
    referring_provider_missing,
    member_id_malformed,
    accident_cause_missing,
)
