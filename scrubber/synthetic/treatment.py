"""Service lines of a claim: one to three visits with units, modifiers, charges and pointers."""

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from scrubber.synthetic.clinics import Clinic
from scrubber.synthetic.coverage import Coverage
from scrubber.synthetic.dates import compact, working_day
from scrubber.synthetic.dice import Dice
from scrubber.synthetic.procedures import REPERTOIRES, SHARED_DAY, PlannedLine, Visit
from scrubber.synthetic.records import Clinician, Line

_ASSISTANT = {"GP": "CQ", "GO": "CO"}
_TELEHEALTH = frozenset({"92507", "92521", "92522", "92523", "92524"})
_MONITORING = "989"
"""Remote monitoring codes start so; they are billed once a month or once an episode."""


class Course(NamedTuple):
    """What holds for every line of a claim."""

    discipline: str
    number: int
    diagnoses: int
    telehealth: bool
    over_threshold: bool
    numbered_lines: bool


def _fits(visit: Visit, coverage: Coverage, *, several: bool) -> bool:
    fewest = 0
    for line in visit:
        code = line.procedure.code
        if code in coverage.payer.not_covered or (several and code.startswith(_MONITORING)):
            return False
        fewest += line.fewest
    return fewest <= coverage.daily_units


def draw_visits(
    dice: Dice, discipline: str, coverage: Coverage, count: int, *, several: bool
) -> list[Visit]:
    """`count` visits; only the first may be an evaluation. `several`: the patient has more."""
    repertoire = REPERTOIRES[discipline]
    visits: list[Visit] = []
    while len(visits) < count:
        kind = dice.roll()
        options = repertoire.treatments
        if not visits and kind < 0.18:
            options = repertoire.evaluations if kind < 0.14 else repertoire.reevaluations
        visit = dice.pick(options)
        if _fits(visit, coverage, several=several or count > 1):
            visits.append(visit)
    return visits


def may_be_remote(visits: list[Visit]) -> bool:
    """Whether every service is on the list for telehealth."""
    return all(line.procedure.code in _TELEHEALTH for visit in visits for line in visit)


def visit_days(dice: Dice, first: date, count: int, last: date) -> list[date]:
    """Working days two or three days apart from `first` on, none after `last`."""
    days = [first]
    while len(days) < count:
        day = working_day(days[-1] + timedelta(days=dice.between(2, 5)))
        if day <= days[-1] or day > last:
            break
        days.append(day)
    return days


def _units(dice: Dice, visit: Visit, daily_units: int) -> list[int]:
    units = [line.fewest for line in visit]
    left = daily_units - sum(units)
    for position, line in enumerate(visit):
        more = min(dice.between(0, line.most - line.fewest), left) if line.most > 1 else 0
        units[position] += more
        left -= more
    return units


def _modifiers(
    course: Course, planned: PlannedLine, assistant: str, distinct: str
) -> tuple[str, ...]:
    modifiers = [course.discipline]
    if assistant and planned.procedure.assistant:
        modifiers.append(assistant)
    if planned.distinct:
        modifiers.append(distinct)
    if course.telehealth:
        modifiers.append("95")
    if course.over_threshold:
        modifiers.append("KX")
    return tuple(modifiers)


def _pointers(dice: Dice, diagnoses: int) -> str:
    if diagnoses == 1 or dice.chance(0.3):
        return "1"
    if dice.chance(0.1):
        return "2:1"
    return "1:2:3:4"[: 2 * dice.between(2, min(4, diagnoses)) - 1]


def _split(dice: Dice, lines: list[Line], line: Line, assistant: str, fee: Decimal) -> None:
    """Append `line`; now and then as two lines, one of whose units the assistant gave."""
    units = int(line.units)
    if not assistant or units < 2 or not dice.chance(0.06):
        lines.append(line)
        return
    alone = line._replace(units=str(units - 1), charge=fee * (units - 1))
    modifiers = (line.modifiers[0], assistant, *line.modifiers[1:])
    lines.extend((alone, line._replace(units="1", charge=fee, modifiers=modifiers)))


def _clock(dice: Dice, units: int) -> str:
    """Times in and out of a timed service: 15 minutes a unit and up to seven more."""
    begin = dice.between(8 * 60, 17 * 60)
    end = begin + 15 * units + dice.between(0, 7)
    return f"TIME IN {begin // 60:02d}{begin % 60:02d} OUT {end // 60:02d}{end % 60:02d}"


def visit_lines(
    dice: Dice, clinic: Clinic, coverage: Coverage, course: Course, visit: Visit, day: date
) -> list[Line]:
    """The lines of one visit, without line control numbers."""
    may_assist = not coverage.payer.is_accident
    whole = _ASSISTANT.get(course.discipline, "") if may_assist and dice.chance(0.12) else ""
    part = _ASSISTANT.get(course.discipline, "") if may_assist and not whole else ""
    distinct = "XU" if dice.chance(0.25) else "59"
    pointers = _pointers(dice, course.diagnoses)
    lines: list[Line] = []
    for planned, units in zip(visit, _units(dice, visit, coverage.daily_units), strict=True):
        procedure = planned.procedure
        fee = clinic.fees[procedure.code]
        line = Line(
            procedure.code,
            _modifiers(course, planned, whole, distinct),
            fee * units,
            str(units),
            pointers,
            compact(day),
            "",
            procedure.description,
            _clock(dice, units) if procedure.timed and dice.chance(0.03) else "",
        )
        splittable = procedure.timed and procedure.assistant
        _split(dice, lines, line, part if splittable else "", fee)
    if coverage.payer.by_descending_charge:
        lines.sort(key=_charge, reverse=True)
    return lines


def _charge(line: Line) -> Decimal:
    return line.charge


def shared_day_lines(
    dice: Dice, clinic: Clinic, coverage: Coverage, course: Course, day: date, second: Clinician
) -> list[Line]:
    """A day with a physical therapist and, named line by line, the occupational therapist."""
    physical, occupational = SHARED_DAY
    lines = visit_lines(dice, clinic, coverage, course, physical, day)
    other = course._replace(discipline="GO")
    lines.extend(
        line._replace(rendering=second)
        for line in visit_lines(dice, clinic, coverage, other, occupational, day)
    )
    return lines
