"""Strategies for the service lines of a visit, as a payer takes them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from scrubber.profiles.selection import ProfileSet
from scrubber.synthetic.procedures import PlannedLine, Visit
from scrubber.testing.identities import npi, person, pick, seeds, some_of, whole
from scrubber.testing.payer_terms import (
    MOST_MODIFIERS,
    TAXONOMIES,
    PayerTerms,
    covers,
    is_evaluation,
    most_units,
    terms_of,
)
from scrubber.testing.records import AS_OF, Segments, ServiceLine, compact

_ASSISTANTS = {"GP": "CQ", "GO": "CO"}
_CLASSES = {
    "GP": "discipline", "GO": "discipline", "GN": "discipline", "CQ": "assistant",
    "CO": "assistant", "59": "ncci", "XU": "ncci", "95": "telehealth", "GT": "telehealth",
    "KX": "threshold",
}  # fmt: skip
_NOTES = ("PATIENT TOLERATED WELL", "CAREGIVER PRESENT", "SEE CHART")
_EXTRAS = (
    "number", "note", "range", "attachment", "therapist",
    "first visit", "last seen", "contract", "authorization", "third party", "purchased",
    "supervisor", "place",
)  # fmt: skip
_cents = whole(100, 30_000)


@st.composite
def service_lines(
    draw: st.DrawFn,
    payer: str = "default",
    discipline: str | None = None,
    *,
    day: date | None = None,
    as_of: date = AS_OF,
    profiles: ProfileSet | None = None,
) -> tuple[ServiceLine, ...]:
    """The lines of one visit of a patient, at the clinic, which the payer takes.

    `payer` is the id of a profile in `profiles` (those shipped unless given), `discipline` GP, GO
    or GN, `day` the date of service (any in time for filing on the day `as_of` unless given).
    Shrinks to one unit of one code for a dollar.

    Raises:
        KeyError: there is no such profile.
        ValueError: the payer takes none of the discipline's visits.
    """
    terms = terms_of(payer, as_of, profiles)
    chosen = discipline or pick(draw, tuple(terms.visits))
    if chosen not in terms.visits:
        raise ValueError(f"the profile {payer} takes no visit under {chosen}")
    on = day or draw_day(draw, terms, as_of)
    return draw_visit(draw, terms, chosen, on, patient_age=40)


NEWEST_DAYS = 7
"""The age of the newest first visit of a claim, so that others fit in behind it."""


def draw_day(
    draw: st.DrawFn, terms: PayerTerms, as_of: date, newest_days: int = NEWEST_DAYS
) -> date:
    """A date of service that is in time for filing on the day `as_of`, and `newest_days` or more
    before it."""
    return as_of - timedelta(days=draw(whole(newest_days, terms.oldest_days)))


def draw_visit(
    draw: st.DrawFn,
    terms: PayerTerms,
    discipline: str,
    day: date,
    *,
    patient_age: int,
    options: Sequence[Visit] = (),
) -> tuple[ServiceLine, ...]:
    """The lines of one visit; of one of `options` where these are given: then by telehealth."""
    visits = options or terms.visits[discipline]
    visit = visits[draw(whole(0, len(visits) - 1))]
    marks = [discipline]
    # Drawn whether it is used or not: Hypothesis takes fewer draws for simpler, and the plainest
    # claim is to be the simplest.
    assisted = terms.uses_assistants and draw(st.booleans())
    if assisted and discipline in _ASSISTANTS and _may_be_assisted(visit):
        marks.append(_ASSISTANTS[discipline])
    if terms.on.threshold_modifier is not None and terms.on.threshold_modifier.used:
        marks += ["KX"] * draw(st.booleans())
    if options:
        marks.append("95")
    extras = some_of(draw, _EXTRAS)
    left = terms.daily_units - sum(planned.fewest for planned in visit)
    lines = []
    for position, planned in enumerate(visit):
        highest = min(most_units(planned, terms.on, day), planned.fewest + left)
        units = draw(whole(planned.fewest, highest))
        left -= units - planned.fewest
        line = _line(draw, terms, planned, units, marks, day, patient_age)
        lines.append(_with_extras(draw, line, discipline, extras) if not position else line)
    if terms.on.line_order is not None:
        lines.sort(key=lambda line: line.charge, reverse=True)
    return tuple(lines)


def _may_be_assisted(visit: Visit) -> bool:
    return all(line.procedure.assistant for line in visit)


def _line(
    draw: st.DrawFn,
    terms: PayerTerms,
    planned: PlannedLine,
    units: int,
    marks: Sequence[str],
    day: date,
    patient_age: int,
) -> ServiceLine:
    procedure = planned.procedure
    modifiers = [*marks, *(["59"] if planned.distinct else [])]
    for wanted in terms.on.required_modifiers:
        young = wanted.patient_under_years
        if (
            covers(wanted.codes, procedure.code)
            and (young is None or patient_age < young)
            and wanted.any_of.isdisjoint(modifiers)
        ):
            modifiers.append(pick(draw, tuple(sorted(wanted.any_of))))
    zero = terms.on.zero_charge
    free = zero is not None and zero.allowed and draw(st.booleans())
    return ServiceLine(
        code=procedure.code,
        modifiers=in_order(modifiers, terms.modifier_order),
        charge=Decimal(0) if free else Decimal(draw(_cents)) / 100 * units,
        units=Decimal(units),
        pointers=(1,),
        first_day=day,
        description=procedure.description,
    )


def in_order(modifiers: Sequence[str], classes: Sequence[str]) -> tuple[str, ...]:
    """The modifiers in the payer's order of classes, those of no class last; four at most."""

    def place(modifier: str) -> int:
        kind = _CLASSES.get(modifier, "")
        return classes.index(kind) if kind in classes else len(classes)

    return tuple(sorted(dict.fromkeys(modifiers), key=place))[:MOST_MODIFIERS]


def _with_extras(
    draw: st.DrawFn, line: ServiceLine, discipline: str, extras: frozenset[str]
) -> ServiceLine:
    day, earlier = compact(line.first_day), compact(line.first_day - timedelta(days=10))
    more: Segments = tuple(
        segment
        for extra, segment in (
            ("last seen", f"DTP*304*D8*{earlier}"),
            ("first visit", f"DTP*454*D8*{earlier}"),
            ("contract", "CN1*09*1"),
            ("number", f"REF*6R*{day}"),
            ("authorization", f"REF*G1*L{day}"),
            ("note", f"NTE*ADD*{pick(draw, _NOTES) if 'note' in extras else ''}"),
            ("third party", "NTE*TPO*SEE CONTRACT"),
            ("purchased", "PS1*PURCHASED1*1"),
        )
        if extra in extras
    )
    if "therapist" in extras:
        more += (_person(draw, "82", 2), f"PRV*PE*PXC*{TAXONOMIES[discipline]}")
    if "place" in extras:
        more += ("NM1*77*2*POOL*****XX*1700000015", "N3*5 POOL RD", "N4*CENTER*IL*600010001")
    if "supervisor" in extras:
        more += (_person(draw, "DQ", 8),)
    return replace(
        line,
        last_day=line.first_day if "range" in extras else None,
        before_date=("PWK*OZ*BM***AC*ATT1",) if "attachment" in extras else (),
        more=more,
    )


def _person(draw: st.DrawFn, role: str, kind: int) -> str:
    seed = draw(seeds)
    return f"NM1*{role}*1*{person(seed)}****XX*{npi(kind, seed)}"


def has_evaluation(lines: Sequence[ServiceLine]) -> bool:
    """Whether one of the lines is an evaluation."""
    return any(is_evaluation(line.code) for line in lines)
