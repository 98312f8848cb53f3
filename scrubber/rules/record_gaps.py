"""What the documentation lacks that the payer will ask for."""

from collections.abc import Iterator
from datetime import date, datetime

from scrubber.claim.claim import Claim
from scrubber.claim.service_line import ServiceLine
from scrubber.findings import Problem, Severity
from scrubber.rules.rule import Rule, ServiceSetting, Setting, claim_rule, line_rule
from scrubber.rules.service_shapes import worded_line
from scrubber.rules.therapy_lines import disciplines_on, in_words, therapy_row
from scrubber.therapy.documentation import DocumentedLine

CHAPTER_15 = "CMS Pub. 100-02, chapter 15, 220.3; payer profile: documentation"


def _needs(setting: ServiceSetting, column: str) -> bool:
    stated = setting.payer.documentation
    return stated is not None and column in stated.needs


def _record(line: ServiceLine, setting: ServiceSetting) -> DocumentedLine | None:
    """The documentation of a therapy line of a documented claim."""
    if setting.documented is None or therapy_row(line) is None:
        return None
    return setting.documentation_of(line)


@line_rule(
    "S670", severity=Severity.WARN, status="A8:263", source=CHAPTER_15,
    service_only=True, concerns=worded_line(lambda row: row.timed),
)  # fmt: skip
def minutes_not_documented(line: ServiceLine, setting: ServiceSetting) -> Iterator[Problem]:
    """A timed service has no documented minutes.

    Why: units of timed codes are based on minutes; a reviewer denies units without them.
    Fix: have the therapist enter the minutes of the service.
    """
    if setting.documented is None:
        return
    row = therapy_row(line)
    record = setting.documentation_of(line)
    if row is not None and row.timed and (record is None or record.minutes is None):
        yield Problem(line.procedure_element, f"no minutes are documented for {row.code}")


@line_rule(
    "S671", severity=Severity.WARN, status="A8:306", source=CHAPTER_15,
    service_only=True, concerns=worded_line(),
)  # fmt: skip
def goal_not_documented(line: ServiceLine, setting: ServiceSetting) -> Iterator[Problem]:
    """No goal is documented for a service.

    Why: therapy is paid as long as it works toward the goals of the plan of care.
    Fix: have the therapist enter the goal that the service works toward.
    """
    record = _record(line, setting)
    if record is not None and record.goal is False and _needs(setting, "goal"):
        yield Problem(line.procedure_element, f"no goal is documented for {line.code}")


@line_rule(
    "S672", severity=Severity.WARN, status="A8:306", source=CHAPTER_15,
    service_only=True, concerns=worded_line(),
)  # fmt: skip
def plan_of_care_not_documented(line: ServiceLine, setting: ServiceSetting) -> Iterator[Problem]:
    """No plan of care is documented for a service, or one that begins after it.

    Why: therapy is provided under a plan of care that a physician or practitioner certified.
    Fix: have the plan of care written and certified before billing.
    """
    record = _record(line, setting)
    if record is None or not _needs(setting, "plan_of_care"):
        return
    day, planned = line.service_from, record.plan_of_care_date
    if record.plan_of_care is False:
        yield Problem(line.procedure_element, f"no plan of care is documented for {line.code}")
    elif planned is not None and day is not None and planned > day:
        message = f"the plan of care is dated {in_words(planned)}, after the service"
        yield Problem(line.procedure_element, message)


@line_rule(
    "S674", severity=Severity.WARN, status="A8:263", source=CHAPTER_15,
    service_only=True, concerns=worded_line(lambda row: row.timed),
)  # fmt: skip
def times_not_documented(line: ServiceLine, setting: ServiceSetting) -> Iterator[Problem]:
    """A timed service lacks documented start and stop times, which the payer requires.

    Why: some payers require start and stop times as well as minutes.
    Fix: have the therapist enter them.
    """
    if setting.documented is None or not _needs(setting, "start"):
        return
    row = therapy_row(line)
    record = setting.documentation_of(line)
    if row is not None and row.timed and (record is None or record.start is None):
        yield Problem(
            line.procedure_element, f"no start and stop times are documented for {row.code}"
        )


@line_rule(
    "S676", severity=Severity.WARN, status="A8:263", source=CHAPTER_15,
    service_only=True, concerns=worded_line(lambda row: row.timed),
)  # fmt: skip
def minutes_exceed_times(line: ServiceLine, setting: ServiceSetting) -> Iterator[Problem]:
    """More minutes are documented than there are between start and stop time.

    Why: a record that contradicts itself does not support the units billed.
    Fix: correct the minutes or the times.
    """
    record = _record(line, setting)
    if record is None or record.minutes is None or record.start is None or record.end is None:
        return
    day = date.min
    span = datetime.combine(day, record.end) - datetime.combine(day, record.start)
    between = int(span.total_seconds()) // 60
    if record.minutes > between:
        message = f"{record.minutes} minutes of {line.code} are documented between times that are "
        yield Problem(line.procedure_element, f"{message}{between} minutes apart")


@claim_rule(
    "S673",
    severity=Severity.WARN,
    status="A8:306",
    source=CHAPTER_15,
    asked_by=lambda payer: payer.documentation is not None,
)
def progress_note_overdue(claim: Claim, setting: Setting) -> Iterator[Problem]:
    """No progress note is documented by the visit at which one is due.

    Why: Medicare requires a progress report at least every ten treatment days; services after that
    are not payable without it.
    Fix: have the therapist write the progress report before the claim goes out.
    """
    stated = setting.payer.documentation
    if setting.documented is None or stated is None or not stated.progress_note_every_visits:
        return
    due = stated.progress_note_every_visits
    visits: dict[tuple[str, date], list[ServiceLine]] = {}
    for line in claim.lines:
        record = _record(line, setting)
        if (
            line.service_from is not None
            and record is not None
            and record.progress_note is not None
        ):
            named = (disciplines_on(line) or ("",))[0]
            visits.setdefault((named, line.service_from), []).append(line)
    since: dict[str, int] = {}
    for (named, day), lines in sorted(visits.items(), key=lambda one: one[0]):
        records = [record for line in lines if (record := setting.documentation_of(line))]
        since[named] = 0 if _notes(records, day) else since.get(named, 0) + 1
        if since[named] == due:
            message = f"no progress note is documented in {due} visits up to {in_words(day)}"
            yield Problem(lines[0].procedure_element, message)


def _notes(records: list[DocumentedLine], day: date) -> bool:
    """Whether a progress note was written on that day or a later one, as far as dates tell."""
    return any(
        record.progress_note and (record.progress_note_date or day) >= day for record in records
    )


RULES: tuple[Rule, ...] = (
    minutes_not_documented,
    goal_not_documented,
    plan_of_care_not_documented,
    times_not_documented,
    minutes_exceed_times,
    progress_note_overdue,
)
