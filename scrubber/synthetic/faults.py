"""Known faults, one to a spoiled claim, and the record of what was spoiled where.

Every spoiling is a function from a claim to the spoiled claim, or to None where the claim has
nothing that could be spoiled so. Amounts stay balanced unless balance is what is spoiled.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from scrubber.synthetic.dates import compact
from scrubber.synthetic.dice import Dice
from scrubber.synthetic.procedures import PROCEDURES
from scrubber.synthetic.records import Claim, Clinician, Line

_DISCIPLINES = ("GP", "GO", "GN")
_DISTINCT = ("59", "XU")
_DELETED = {"GP": "97001", "GO": "97003", "GN": "97532"}
"""Deleted 2016-12-31, 2016-12-31 and 2017-12-31 (therapy code table)."""


class PlantedFault(NamedTuple):
    """The truth about one spoiled claim.

    `kind` names the spoiling, `snip` the WEDI type of the rule family that must speak, `path` the
    element it must point at, `line` the LX01 where a service line is meant.
    """

    claim_id: str
    kind: str
    snip: int
    path: str
    line: int | None


class Spoiled(NamedTuple):
    """A claim after spoiling, and the service line that was spoiled, counted from 1."""

    claim: Claim
    line: int | None = None


Spoiling = Callable[[Claim, Dice, date], Spoiled | None]


class FaultKind(NamedTuple):
    """A way of spoiling: its name, SNIP type and element.

    `subscriber` says that it touches loop 2000B, so every claim of the subscriber is spoiled.
    """

    name: str
    snip: int
    path: str
    spoil: Spoiling
    subscriber: bool = False


def _positions(claim: Claim, wanted: Callable[[Line], bool]) -> list[int]:
    return [position for position, line in enumerate(claim.lines) if wanted(line)]


def _with_lines(claim: Claim, lines: Sequence[Line]) -> Claim:
    """The claim with other lines, control numbers kept apart and the total in balance."""
    charge = sum((line.charge for line in lines), Decimal("0.00"))
    return claim._replace(lines=tuple(lines), charge=charge)


def _at(claim: Claim, position: int, line: Line) -> Spoiled:
    lines = list(claim.lines)
    lines[position] = line
    return Spoiled(_with_lines(claim, lines), position + 1)


def _one_line(
    wanted: Callable[[Line], bool], change: Callable[[Line], Line], *, medicare: bool = False
) -> Spoiling:
    """A spoiling of one of the lines that are `wanted`, in claims no other payer has paid on."""

    def spoil(claim: Claim, dice: Dice, _as_of: date) -> Spoiled | None:
        positions = _positions(claim, wanted)
        if not positions or claim.other is not None or (medicare and not claim.payer.is_medicare):
            return None
        position = dice.pick(positions)
        return _at(claim, position, change(claim.lines[position]))

    return spoil


def _with_units(line: Line, units: int) -> Line:
    fee = line.charge / int(line.units)
    return line._replace(units=str(units), charge=fee * units)


def _is_untimed(line: Line) -> bool:
    return not PROCEDURES[line.code].timed and PROCEDURES[line.code].most_units == 1


def _is_timed(line: Line) -> bool:
    return PROCEDURES[line.code].timed and PROCEDURES[line.code].most_units > 1


def _is_evaluation(line: Line) -> bool:
    return line.code in _EVALUATIONS


_EVALUATIONS = {"97161": "GO", "97162": "GO", "97163": "GO", "97165": "GP", "97166": "GP"}
"""Evaluations and a discipline that may not report them (CMS CR 10176)."""


def _other_discipline(line: Line) -> str:
    return "GO" if line.modifiers[0] == "GP" else "GP"


def _two_disciplines(line: Line) -> Line:
    first, *rest = line.modifiers
    return line._replace(modifiers=(first, _other_discipline(line), *rest)[:4])


def _wrong_discipline(line: Line) -> Line:
    return line._replace(modifiers=(_EVALUATIONS[line.code], *line.modifiers[1:]))


def _repeated_modifier(line: Line) -> Line:
    return line._replace(modifiers=(*line.modifiers[:3], line.modifiers[0]))


def _unpaired_assistant(line: Line) -> Line:
    wrong = "CO" if line.modifiers[0] == "GP" else "CQ"
    return line._replace(modifiers=(line.modifiers[0], wrong, *line.modifiers[1:])[:4])


def _without_distinct(line: Line) -> Line:
    return line._replace(modifiers=tuple(m for m in line.modifiers if m not in _DISTINCT))


def _deleted_code(line: Line) -> Line:
    return line._replace(code=_DELETED[line.modifiers[0]])


def _has_no_partner(line: Line) -> bool:
    return line.modifiers[0] in _DELETED and not line.description


def _added_line(claim: Claim, like: Line, code: str, units: int) -> Spoiled:
    """The claim with one more line of the same visit."""
    number = like.control_number and f"{like.control_number[:-2]}{len(claim.lines) + 1:02d}"
    modifiers = tuple(m for m in like.modifiers if m not in (*_DISTINCT, "CQ", "CO"))
    line = like._replace(
        code=code,
        modifiers=modifiers,
        units=str(units),
        charge=(PROCEDURES[code].usual_charge * units).quantize(Decimal("0.01")),
        control_number=number,
        description="",
    )
    return Spoiled(_with_lines(claim, (*claim.lines, line)), len(claim.lines) + 1)


def _addition(trigger: str, code: str, units: int = 1) -> Spoiling:
    """Adds `code` to a visit that has `trigger` and not yet `code`."""

    def spoil(claim: Claim, _dice: Dice, _as_of: date) -> Spoiled | None:
        codes = [line.code for line in claim.lines]
        if trigger not in codes or code in codes or claim.other is not None:
            return None
        return _added_line(claim, claim.lines[codes.index(trigger)], code, units)

    return spoil


def _over_limit_across_lines(claim: Claim, _dice: Dice, _as_of: date) -> Spoiled | None:
    codes = [line.code for line in claim.lines]
    if "97035" not in codes or claim.other is not None:
        return None
    like = claim.lines[codes.index("97035")]
    return _added_line(claim, like, "97035", 3 - int(like.units))


def _add_on_alone(claim: Claim, _dice: Dice, _as_of: date) -> Spoiled | None:
    positions = _positions(claim, lambda line: line.code == "97130")
    if not positions or claim.other is not None:
        return None
    day = claim.lines[positions[0]].date
    kept = [line for line in claim.lines if line.code != "97129" or line.date != day]
    return Spoiled(_with_lines(claim, kept), positions[0])


def _spoiled_npi(clinician: Clinician) -> Clinician:
    last = (int(clinician.npi[-1]) + 1) % 10
    return clinician._replace(npi=f"{clinician.npi[:-1]}{last}")


def _rendering_npi(claim: Claim, _dice: Dice, _as_of: date) -> Spoiled | None:
    if claim.rendering is None:
        return None
    return Spoiled(claim._replace(rendering=_spoiled_npi(claim.rendering)))


def _referring_npi(claim: Claim, _dice: Dice, _as_of: date) -> Spoiled | None:
    if claim.referring is None:
        return None
    return Spoiled(claim._replace(referring=_spoiled_npi(claim.referring)))


def _referring_missing(claim: Claim, _dice: Dice, _as_of: date) -> Spoiled | None:
    if claim.referring is None or not claim.payer.is_medicare:
        return None
    return Spoiled(claim._replace(referring=None))


def _total_off(claim: Claim, dice: Dice, _as_of: date) -> Spoiled | None:
    return Spoiled(claim._replace(charge=claim.charge + Decimal(dice.between(1, 900)) / 100))


def _number_missing(claim: Claim, _dice: Dice, _as_of: date) -> Spoiled | None:
    if claim.other is not None or claim.frequency != "1":
        return None
    return Spoiled(claim._replace(frequency="7"))


def _pointer_beyond(claim: Claim, dice: Dice, _as_of: date) -> Spoiled | None:
    if len(claim.diagnoses) >= 12:
        return None
    position = dice.between(0, len(claim.lines) - 1)
    line = claim.lines[position]
    return _at(claim, position, line._replace(pointers=f"1:{len(claim.diagnoses) + 1}"))


def _with_diagnoses(codes: Callable[[tuple[str, ...]], tuple[str, ...]]) -> Spoiling:
    def spoil(claim: Claim, _dice: Dice, _as_of: date) -> Spoiled | None:
        return Spoiled(claim._replace(diagnoses=codes(claim.diagnoses)))

    return spoil


def _future_day(claim: Claim, dice: Dice, as_of: date) -> Spoiled | None:
    if claim.other is not None:
        return None
    day = compact(as_of + timedelta(days=dice.between(3, 60)))
    position = len(claim.lines) - 1
    return _at(claim, position, claim.lines[position]._replace(date=day))


def _accident_date_missing(claim: Claim, _dice: Dice, _as_of: date) -> Spoiled | None:
    kept = tuple(pair for pair in claim.dates if pair[0] != "439")
    return Spoiled(claim._replace(dates=kept)) if len(kept) < len(claim.dates) else None


def _adjudication_off(claim: Claim, dice: Dice, _as_of: date) -> Spoiled | None:
    if claim.other is None:
        return None
    position = dice.between(0, len(claim.lines) - 1)
    done = claim.lines[position].adjudication
    if done is None:
        return None
    off = Decimal(dice.between(1, 500)) / 100
    line = claim.lines[position]._replace(adjudication=done._replace(paid=done.paid + off))
    other = claim.other._replace(paid=claim.other.paid + off)
    return Spoiled(_at(claim, position, line).claim._replace(other=other), position + 1)


def _control_number_repeated(claim: Claim, _dice: Dice, _as_of: date) -> Spoiled | None:
    if len(claim.lines) < 2 or not claim.lines[0].control_number:
        return None
    last = claim.lines[-1]._replace(control_number=claim.lines[0].control_number)
    return _at(claim, len(claim.lines) - 1, last)


def _medicare_id(claim: Claim, _dice: Dice, _as_of: date) -> Spoiled | None:
    if not claim.payer.is_medicare:
        return None
    member = claim.subscriber
    wrong = member._replace(member_id=f"{member.member_id[0]}S{member.member_id[2:]}")
    return Spoiled(claim._replace(subscriber=wrong))


def _benefits_code(claim: Claim, _dice: Dice, _as_of: date) -> Spoiled | None:
    return None if claim.other is not None else Spoiled(claim._replace(benefits_assigned="X"))


def _any_line(_line: Line) -> bool:
    return True


_FAULT_ROWS: tuple[tuple[str, int, str, Spoiling], ...] = (
    (
        "discipline-modifier-missing",
        6,
        "2400/SV101-3",
        _one_line(
            lambda line: line.code in ("97110", "97112", "97530", "97161", "97165", "92507"),
            lambda line: line._replace(modifiers=line.modifiers[1:]),
            medicare=True,
        ),
    ),
    ("discipline-modifiers-several", 6, "2400/SV101-3", _one_line(_any_line, _two_disciplines)),
    ("discipline-modifier-wrong", 6, "2400/SV101-3", _one_line(_is_evaluation, _wrong_discipline)),
    ("modifier-repeated", 5, "2400/SV101-3", _one_line(_any_line, _repeated_modifier)),
    (
        "assistant-modifier-unpaired",
        6,
        "2400/SV101-3",
        _one_line(
            lambda line: _is_timed(line) and not {"CQ", "CO"} & set(line.modifiers),
            _unpaired_assistant,
        ),
    ),
    (
        "pair-without-modifier",
        6,
        "2400/SV101-3",
        _one_line(lambda line: bool({*_DISTINCT} & set(line.modifiers)), _without_distinct),
    ),
    ("pair-never-allowed", 6, "2400/SV101-2", _addition("97140", "97124")),
    ("evaluation-twice", 6, "2400/SV101-2", _addition("97162", "97161")),
    ("add-on-alone", 6, "2400/SV101-2", _add_on_alone),
    ("units-of-untimed-code", 6, "2400/SV104", _one_line(_is_untimed, lambda x: _with_units(x, 2))),
    (
        "units-over-limit",
        6,
        "2400/SV104",
        _one_line(_is_timed, lambda x: _with_units(x, PROCEDURES[x.code].most_units + 1)),
    ),
    ("units-over-limit-across-lines", 6, "2400/SV104", _over_limit_across_lines),
    (
        "units-not-whole",
        6,
        "2400/SV104",
        _one_line(_is_timed, lambda line: line._replace(units=f"{line.units}.5")),
    ),
    ("procedure-deleted", 5, "2400/SV101-2", _one_line(_has_no_partner, _deleted_code)),
    (
        "procedure-not-taken",
        7,
        "2400/SV101-2",
        _one_line(
            lambda line: line.code == "G0283", lambda x: x._replace(code="97014"), medicare=True
        ),
    ),
    (
        "description-missing",
        4,
        "2400/SV101-7",
        _one_line(lambda line: bool(line.description), lambda line: line._replace(description="")),
    ),
    ("rendering-npi", 5, "2310B/NM109", _rendering_npi),
    ("referring-npi", 5, "2310A/NM109", _referring_npi),
    ("referring-missing", 7, "2310A/NM1", _referring_missing),
    ("total-off", 3, "2300/CLM02", _total_off),
    ("adjudication-off", 3, "2430/SVD02", _adjudication_off),
    ("claim-number-missing", 4, "2300/REF[F8]", _number_missing),
    ("pointer-beyond", 4, "2400/SV107", _pointer_beyond),
    (
        "diagnosis-not-billable",
        5,
        "2300/HI01-2",
        _with_diagnoses(lambda codes: ("M545", *codes[1:])),
    ),
    ("diagnosis-repeated", 5, "2300/HI", _with_diagnoses(lambda codes: (*codes[:11], codes[0]))),
    ("service-in-future", 4, "2400/DTP[472]03", _future_day),
    (
        "service-date-unreal",
        1,
        "2400/DTP[472]03",
        _one_line(_any_line, lambda line: line._replace(date=f"{line.date[:4]}0231")),
    ),
    (
        "service-date-missing",
        2,
        "2400/DTP[472]",
        _one_line(_any_line, lambda line: line._replace(date="")),
    ),
    ("benefits-code-unknown", 2, "2300/CLM08", _benefits_code),
    ("accident-date-missing", 4, "2300/DTP[439]", _accident_date_missing),
    ("line-number-repeated", 2, "2400/REF[6R]02", _control_number_repeated),
)

FAULT_KINDS: tuple[FaultKind, ...] = (
    *(FaultKind(*row) for row in _FAULT_ROWS),
    FaultKind("medicare-id-shape", 5, "2010BA/NM109", _medicare_id, subscriber=True),
)
"""Every kind of fault there is."""


def spoil(
    claim: Claim, dice: Dice, as_of: date, kinds: Sequence[FaultKind], *, alone: bool
) -> tuple[Claim, PlantedFault | None]:
    """The claim with one fault of the first kind that fits, beginning at a random one.

    `alone` says that the claim is its subscriber's only one, so loop 2000B may be spoiled. The
    fault is None, and the claim as it was, when none of `kinds` fits.
    """
    start = dice.between(0, len(kinds) - 1)
    for kind in (*kinds[start:], *kinds[:start]):
        if kind.subscriber and not alone:
            continue
        spoiled = kind.spoil(claim, dice, as_of)
        if spoiled is not None:
            fault = PlantedFault(claim.claim_id, kind.name, kind.snip, kind.path, spoiled.line)
            return spoiled.claim, fault
    return claim, None
