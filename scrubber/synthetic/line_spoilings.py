"""Spoilings of one service line; the claim's total stays in balance.

A spoiling takes a claim, dice and the day the file is written, and gives the spoiled claim, or None
where the claim has nothing that could be spoiled so. Claims that another payer has already paid on
are left alone: their amounts would fall out of balance.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from scrubber.synthetic.dates import compact
from scrubber.synthetic.dice import Dice
from scrubber.synthetic.procedures import PROCEDURES
from scrubber.synthetic.records import Claim, Line

_DISTINCT = ("59", "XU")
_ASSISTANTS = ("CQ", "CO")
_CENT = Decimal("0.01")
_MOST_MODIFIERS = 4

_DELETED = {"GP": "97001", "GO": "97003", "GN": "97532"}
"""Codes that ended 2016-12-31, 2016-12-31 and 2017-12-31 (therapy code table)."""

_FOREIGN_DISCIPLINE = {"97161": "GO", "97162": "GO", "97163": "GO", "97165": "GP", "97166": "GP"}
"""Evaluations and a discipline that may not report them (CMS CR 10176)."""

_ALWAYS_THERAPY = frozenset({"97110", "97112", "97530", "97161", "97165", "92507"})


class Spoiled(NamedTuple):
    """A claim after spoiling, and the service line that was spoiled, counted from 1."""

    claim: Claim
    line: int | None = None


Spoiling = Callable[[Claim, Dice, date], Spoiled | None]


def with_line(claim: Claim, position: int, line: Line) -> Spoiled:
    """The claim with another line at `position`, its total in balance."""
    lines = [*claim.lines[:position], line, *claim.lines[position + 1 :]]
    return Spoiled(_with_lines(claim, lines), position + 1)


def _with_lines(claim: Claim, lines: Sequence[Line]) -> Claim:
    charge = sum((line.charge for line in lines), Decimal("0.00"))
    return claim._replace(lines=tuple(lines), charge=charge)


def _one_line(
    wanted: Callable[[Line], bool], change: Callable[[Line], Line], *, medicare: bool = False
) -> Spoiling:
    """A spoiling of one of the lines that are `wanted`; of Medicare claims only, if so asked."""

    def spoil(claim: Claim, dice: Dice, _as_of: date) -> Spoiled | None:
        positions = [index for index, line in enumerate(claim.lines) if wanted(line)]
        if not positions or claim.other is not None or (medicare and not claim.payer.is_medicare):
            return None
        position = dice.pick(positions)
        return with_line(claim, position, change(claim.lines[position]))

    return spoil


def _with_units(line: Line, units: int) -> Line:
    fee = line.charge / int(line.units)
    return line._replace(units=str(units), charge=fee * units)


def _is_untimed(line: Line) -> bool:
    return not PROCEDURES[line.code].timed and PROCEDURES[line.code].most_units == 1


def _is_timed(line: Line) -> bool:
    return PROCEDURES[line.code].timed and PROCEDURES[line.code].most_units > 1


def _any_line(_line: Line) -> bool:
    return True


def _one_too_many(line: Line) -> Line:
    return _with_units(line, PROCEDURES[line.code].most_units + 1)


def _two_disciplines(line: Line) -> Line:
    first, *rest = line.modifiers
    second = "GO" if first == "GP" else "GP"
    return line._replace(modifiers=(first, second, *rest)[:_MOST_MODIFIERS])


def _foreign_discipline(line: Line) -> Line:
    return line._replace(modifiers=(_FOREIGN_DISCIPLINE[line.code], *line.modifiers[1:]))


def _repeated_modifier(line: Line) -> Line:
    return line._replace(modifiers=(*line.modifiers[: _MOST_MODIFIERS - 1], line.modifiers[0]))


def _is_unassisted(line: Line) -> bool:
    return _is_timed(line) and not set(_ASSISTANTS) & set(line.modifiers)


def _unpaired_assistant(line: Line) -> Line:
    first, *rest = line.modifiers
    wrong = "CO" if first == "GP" else "CQ"
    return line._replace(modifiers=(first, wrong, *rest)[:_MOST_MODIFIERS])


def _is_distinct(line: Line) -> bool:
    return bool(set(_DISTINCT) & set(line.modifiers))


def _without_distinct(line: Line) -> Line:
    kept = tuple(modifier for modifier in line.modifiers if modifier not in _DISTINCT)
    return line._replace(modifiers=kept)


def _is_listed(line: Line) -> bool:
    return not line.description


def _added_line(claim: Claim, like: Line, code: str, units: int) -> Spoiled:
    """The claim with one more line of the visit that `like` belongs to."""
    position = len(claim.lines) + 1
    number = like.control_number and f"{like.control_number[:-2]}{position:02d}"
    kept = tuple(
        modifier for modifier in like.modifiers if modifier not in (*_DISTINCT, *_ASSISTANTS)
    )
    line = like._replace(
        code=code,
        modifiers=kept,
        units=str(units),
        charge=(PROCEDURES[code].usual_charge * units).quantize(_CENT),
        control_number=number,
        description="",
    )
    return Spoiled(_with_lines(claim, (*claim.lines, line)), position)


def _addition(trigger: str, code: str) -> Spoiling:
    """Adds one unit of `code` to a visit that has `trigger` in a claim without `code`."""

    def spoil(claim: Claim, _dice: Dice, _as_of: date) -> Spoiled | None:
        codes = [line.code for line in claim.lines]
        if trigger not in codes or code in codes or claim.other is not None:
            return None
        return _added_line(claim, claim.lines[codes.index(trigger)], code, 1)

    return spoil


def over_limit_across_lines(claim: Claim, _dice: Dice, _as_of: date) -> Spoiled | None:
    """Three units of ultrasound on two lines of one day, where two are the limit."""
    codes = [line.code for line in claim.lines]
    if codes.count("97035") != 1 or claim.other is not None:
        return None
    like = claim.lines[codes.index("97035")]
    return _added_line(claim, like, "97035", 3 - int(like.units))


def add_on_alone(claim: Claim, _dice: Dice, _as_of: date) -> Spoiled | None:
    """Added cognitive therapy without its primary code."""
    add_on = next((line for line in claim.lines if line.code == "97130"), None)
    if add_on is None or claim.other is not None:
        return None
    kept = [line for line in claim.lines if line.code != "97129" or line.date != add_on.date]
    return Spoiled(_with_lines(claim, kept), kept.index(add_on) + 1)


def service_in_future(claim: Claim, dice: Dice, as_of: date) -> Spoiled | None:
    """The last line dated days to weeks after the file is written."""
    if claim.other is not None:
        return None
    day = compact(as_of + timedelta(days=dice.between(3, 60)))
    position = len(claim.lines) - 1
    return with_line(claim, position, claim.lines[position]._replace(date=day))


discipline_missing = _one_line(
    lambda line: line.code in _ALWAYS_THERAPY,
    lambda line: line._replace(modifiers=line.modifiers[1:]),
    medicare=True,
)
disciplines_several = _one_line(_any_line, _two_disciplines)
discipline_wrong = _one_line(lambda line: line.code in _FOREIGN_DISCIPLINE, _foreign_discipline)
modifier_repeated = _one_line(_any_line, _repeated_modifier)
assistant_unpaired = _one_line(_is_unassisted, _unpaired_assistant)
pair_without_modifier = _one_line(_is_distinct, _without_distinct)
pair_never_allowed = _addition("97140", "97124")
evaluation_twice = _addition("97162", "97161")
untimed_units = _one_line(_is_untimed, lambda line: _with_units(line, 2))
units_over_limit = _one_line(_is_timed, _one_too_many)
units_not_whole = _one_line(_is_timed, lambda line: line._replace(units=f"{line.units}.5"))
procedure_deleted = _one_line(
    _is_listed, lambda line: line._replace(code=_DELETED[line.modifiers[0]])
)
procedure_not_taken = _one_line(
    lambda line: line.code == "G0283", lambda line: line._replace(code="97014"), medicare=True
)
description_missing = _one_line(
    lambda line: bool(line.description), lambda line: line._replace(description="")
)
service_date_unreal = _one_line(_any_line, lambda line: line._replace(date=f"{line.date[:4]}0231"))
service_date_missing = _one_line(_any_line, lambda line: line._replace(date=""))
