"""Claims of one subscriber: everything of loops 2000B to 2430 but the segments."""

from datetime import date, timedelta
from decimal import Decimal

from scrubber.synthetic.adjudication import adjudicate
from scrubber.synthetic.clinics import Clinic
from scrubber.synthetic.coverage import Coverage, draw_coverage
from scrubber.synthetic.dates import compact, working_day, working_day_before
from scrubber.synthetic.diagnoses import ADULT, CHILD, COMORBID, INJURY
from scrubber.synthetic.dice import Dice
from scrubber.synthetic.identifiers import shaped
from scrubber.synthetic.records import (
    PLACE_HOME,
    PLACE_NURSING,
    PLACE_OFFICE,
    PLACE_TELEHEALTH_HOME,
    Claim,
    Clinician,
    Facility,
    Line,
    OtherCoverage,
)
from scrubber.synthetic.treatment import (
    Course,
    draw_visits,
    may_be_remote,
    shared_day_lines,
    visit_days,
    visit_lines,
)

_REPLACEMENT, _VOID, _ORIGINAL = "7", "8", "1"
_NOTES = (
    "PLAN OF CARE CERTIFIED {day}",
    "PROGRESS REPORT SENT {day}",
    "PATIENT SEEN WITH CAREGIVER SINCE {day}",
    "RECERTIFIED {day}, GOALS ON FILE",
)
_LONGEST_COURSE = 14
_AUTHORIZATION_SHAPES = ("A#########", "########", "@@#######", "PA-########")


def _diagnoses(dice: Dice, coverage: Coverage, discipline: str) -> tuple[str, ...]:
    pool = ADULT
    if coverage.payer.is_accident:
        pool = INJURY
    elif coverage.is_child:
        pool = CHILD
    condition = dice.pick(pool[discipline])
    codes = [condition.principal, *condition.secondary[: dice.between(0, 3)]]
    if pool is ADULT:
        for _ in range(dice.between(0, 3)):
            comorbid = dice.pick(COMORBID)
            if comorbid not in codes:
                codes.append(comorbid)
    return tuple(codes)


def _place(
    dice: Dice, clinic: Clinic, coverage: Coverage, *, remote: bool
) -> tuple[str, Facility | None]:
    if remote:
        return PLACE_TELEHEALTH_HOME, None
    if coverage.payer.is_medicare:
        if clinic.nursing_facilities and dice.chance(0.1):
            return PLACE_NURSING, dice.pick(clinic.nursing_facilities)
        if dice.chance(0.06):
            return PLACE_HOME, None
    if clinic.sites and dice.chance(0.4):
        return PLACE_OFFICE, dice.pick(clinic.sites)
    return PLACE_OFFICE, None


def _dates(dice: Dice, coverage: Coverage, first: date) -> tuple[tuple[str, str], ...]:
    started = first - timedelta(days=dice.between(0, 40))
    onset = started - timedelta(days=dice.between(2, 90))
    dates = []
    if dice.chance(0.6):
        dates.append(("431", compact(onset)))
    if dice.chance(0.5):
        dates.append(("454", compact(started)))
    if coverage.payer.is_accident:
        dates.append(("439", compact(onset)))
    return tuple(dates)


def _references(
    dice: Dice, coverage: Coverage, frequency: str, number: int
) -> tuple[tuple[str, str], ...]:
    references = []
    payer = coverage.payer
    if payer.authorization_shape:
        references.append(("G1", shaped(dice, payer.authorization_shape)))
    elif not payer.is_medicare and dice.chance(0.35):
        references.append(("G1", shaped(dice, dice.pick(_AUTHORIZATION_SHAPES))))
        if dice.chance(0.2):
            references.append(("9F", shaped(dice, "R#######")))
    if frequency != _ORIGINAL:
        references.append(("F8", shaped(dice, "##############")))
    if dice.chance(0.6):
        references.append(("D9", f"{number:09d}{dice.digits(8)}"))
    if dice.chance(0.5):
        references.append(("EA", shaped(dice, "M######")))
    return tuple(references)


def _frequency(dice: Dice, coverage: Coverage) -> str:
    """Replacements and voids among claims that one payer decides; Medicare Part B takes none."""
    if coverage.other_payer is not None or not dice.chance(0.035) or coverage.payer.is_medicare:
        return _ORIGINAL
    return _REPLACEMENT if dice.chance(0.85) else _VOID


def _related_cause(clinic: Clinic, coverage: Coverage) -> str:
    if not coverage.payer.is_accident:
        return ""
    return "EM" if coverage.payer.filing == "WC" else f"AA:::{clinic.town.state}"


def _window(coverage: Coverage, position: int, count: int) -> tuple[int, int]:
    """Fewest and most days ago of the first visit of claim `position` of `count`.

    Two claims of one patient lie far enough apart that their visits never fall on one day.
    """
    nearest = 4 if coverage.other_payer is None else 32
    span = (coverage.payer.oldest_days - 22 - nearest) // count
    start = nearest + position * span
    return start + (_LONGEST_COURSE if position else 0), start + span


def _lines(
    dice: Dice,
    clinic: Clinic,
    coverage: Coverage,
    course: Course,
    first: date,
    as_of: date,
    *,
    several: bool,
) -> tuple[list[Line], Course]:
    both = "GP" in clinic.therapists and "GO" in clinic.therapists
    if both and course.discipline == "GP" and coverage.daily_units > 4 and dice.chance(0.06):
        second = dice.pick(clinic.therapists["GO"])
        return shared_day_lines(dice, clinic, coverage, course, first, second), course
    count = 1 if dice.chance(0.7) else dice.between(2, 3)
    days = visit_days(dice, first, count, as_of - timedelta(days=2))
    visits = draw_visits(dice, course.discipline, coverage, len(days), several=several)
    if may_be_remote(visits) and coverage.payer.filing in ("MB", "BL") and dice.chance(0.3):
        course = course._replace(telehealth=True)
    lines: list[Line] = []
    for visit, day in zip(visits, days, strict=True):
        lines.extend(visit_lines(dice, clinic, coverage, course, visit, day))
    return lines, course


def _numbered(lines: list[Line], course: Course) -> list[Line]:
    if not course.numbered_lines:
        return lines
    return [
        line._replace(control_number=f"{course.number:08d}{position:02d}")
        for position, line in enumerate(lines, 1)
    ]


def _patient_paid(dice: Dice, coverage: Coverage, charge: Decimal) -> str:
    payer = coverage.payer
    if coverage.other_payer or payer.filing in ("MB", "MC", "WC", "AM") or not dice.chance(0.3):
        return ""
    copay = dice.between(2, 10) * 5
    return str(copay) if copay < charge else ""


def _settled(
    dice: Dice, coverage: Coverage, lines: list[Line]
) -> tuple[list[Line], OtherCoverage | None]:
    """The lines after the payer before has paid on them, if there is one."""
    if coverage.other_payer is None:
        return lines, None
    last = date.fromisoformat(lines[-1].date)
    settled = working_day(last + timedelta(days=dice.between(12, 16)))
    return adjudicate(dice, coverage, lines, compact(settled))


def _referring(dice: Dice, clinic: Clinic, coverage: Coverage) -> Clinician | None:
    needed = coverage.payer.is_medicare or coverage.payer.is_accident
    return dice.pick(clinic.physicians) if needed or dice.chance(0.65) else None


def draw_claim(
    dice: Dice,
    clinic: Clinic,
    coverage: Coverage,
    discipline: str,
    as_of: date,
    number: int,
    position: int,
    count: int,
) -> Claim:
    """Claim `position` of the patient's `count`, for services in the months before `as_of`.

    `number` makes its ids unique in the file.
    """
    diagnoses = _diagnoses(dice, coverage, discipline)
    over_threshold = coverage.payer.is_medicare and dice.chance(0.1)
    course = Course(discipline, number, len(diagnoses), False, over_threshold, dice.chance(0.9))
    first = working_day_before(dice, as_of, *_window(coverage, position, count))
    lines, course = _lines(dice, clinic, coverage, course, first, as_of, several=count > 1)
    lines, other = _settled(dice, coverage, _numbered(lines, course))
    charge = sum((line.charge for line in lines), Decimal("0.00"))
    place, facility = _place(dice, clinic, coverage, remote=course.telehealth)
    frequency = _frequency(dice, coverage)
    return Claim(
        claim_id=f"{clinic.claim_prefix}{number:07d}",
        payer=coverage.payer,
        subscriber=coverage.subscriber,
        patient=coverage.patient,
        relationship=coverage.relationship,
        accident_number=coverage.accident_number,
        charge=charge,
        place=place,
        frequency=frequency,
        related_cause=_related_cause(clinic, coverage),
        dates=_dates(dice, coverage, first),
        patient_paid=_patient_paid(dice, coverage, charge),
        references=_references(dice, coverage, frequency, number),
        note=dice.pick(_NOTES).format(day=compact(first)) if dice.chance(0.12) else "",
        diagnoses=diagnoses,
        referring=_referring(dice, clinic, coverage),
        rendering=None if clinic.owner else dice.pick(clinic.therapists[discipline]),
        facility=facility,
        other=other,
        insurance_type=coverage.insurance_type,
        lines=tuple(lines),
    )


def draw_household(
    dice: Dice, clinic: Clinic, as_of: date, first_number: int, most: int
) -> tuple[Claim, ...]:
    """One to three claims of one patient with one payer, at most `most`, newest first."""
    discipline = dice.pick(clinic.disciplines)
    coverage = draw_coverage(dice, clinic, discipline, as_of)
    count = 1
    if most > 1 and coverage.other_payer is None and dice.chance(0.12):
        count = min(most, dice.between(2, 3))
    return tuple(
        draw_claim(dice, clinic, coverage, discipline, as_of, first_number + at, at, count)
        for at in range(count)
    )
