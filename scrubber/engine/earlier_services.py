"""What the services of claims that came before say about those of a later one. Pure.

Sources: CMS Pub 100-04, chapter 1, section 120 (duplicates); CMS NCCI Policy Manual 2026, chapter I
(pairs and units hold for all claims of a provider, patient and day).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, TypeVar

from scrubber.engine.day_totals import ClaimRef, Earlier, Service, Total
from scrubber.findings import Severity
from scrubber.profiles.profile import DatedProfile
from scrubber.profiles.unit_statements import DailyLimit
from scrubber.rules.daily_units import limits_program
from scrubber.rules.history import (
    DUPLICATE_SERVICE,
    LIMIT_OVER_CLAIMS,
    PAIR_OVER_CLAIMS,
    UNITS_OVER_CLAIMS,
)
from scrubber.rules.pair_conflicts import Edits, edits_for, opening_modifiers
from scrubber.rules.rule import Rule
from scrubber.rules.therapy_lines import plain
from scrubber.therapy.ncci_limits import limit
from scrubber.therapy.ncci_pairs import Program
from scrubber.therapy.plan_of_care import discipline_of
from scrubber.therapy.table import therapy_code
from scrubber.therapy.unit_count import CountingMethod

# Modifiers that say a service is another one of its kind on the same day.
REPEATED = frozenset({"58", "59", "76", "77", "78", "79", "91", "XE", "XP", "XS", "XU"})
ZERO = Decimal(0)


Where = Callable[[ClaimRef], str]
"""Names an earlier claim, for messages."""


Counted = TypeVar("Counted", Service, Total)


class Said(NamedTuple):
    """A problem with one service line (its number within the claim). `severity` replaces that of
    the rule."""

    rule: Rule
    line: int
    message: str
    severity: Severity | None = None


@dataclass(frozen=True)
class Terms:
    """What of the payer's rules matters here: the table of unlikely edits and that of pairs, None
    for none; how units are counted from minutes, and the severity of too many, None for the
    rule's own; and the payer's own limits by the day."""

    program: Program | None
    edits: Edits | None = None
    method: CountingMethod | None = None
    ceiling: Severity | None = Severity.WARN
    tables: Path | None = None
    limits: tuple[DailyLimit, ...] = ()
    name: str = ""


@lru_cache(maxsize=1024)
def terms_of(payer: DatedProfile | None, tables: Path | None) -> Terms:
    """The terms of a payer; for one without a profile the tables of Medicare."""
    if payer is None:
        return Terms(Program.MEDICARE, tables=tables)
    counting = payer.unit_counting
    method = None if payer.unit_method == "none" else CountingMethod(payer.unit_method)
    ceiling = counting.stated.ceiling if counting is not None else Severity.WARN
    edits, limits = edits_for(payer, tables), tuple(payer.daily_limits)
    return Terms(limits_program(payer), edits, method, ceiling, tables, limits, payer.name)


def duplicates(rows: Sequence[Service], earlier: Earlier, where: Where) -> list[Said]:
    """The lines that were billed before: same provider, code, modifiers, days, place and charge,
    without a modifier that says it was done again."""
    said = []
    for row in rows:
        twin = earlier.twin(row.same) if REPEATED.isdisjoint(row.kind.modifiers) else None
        if twin is not None:
            words = f"suspected duplicate: {row.kind.code} was billed before for the same patient, "
            words += f"provider, day, place and charge, {where(twin)}"
            said.append(Said(DUPLICATE_SERVICE, row.line, words))
    return said


def over_units(
    rows: Sequence[Service], earlier: Sequence[Total], day: date, terms: Terms
) -> Iterator[Said]:
    """Codes whose units are too many only together with what other claims of the day bill."""
    if terms.program is None:
        return
    for row in rows:
        found = limit(row.kind.code, day, terms.program, terms.tables)
        if found is None or found.per_line or found.units == 0 or not row.kind.one_day:
            continue
        key = row.kind[:2]
        before = sum((one.units for one in earlier if one.kind[:2] == key), ZERO)
        of_code = [one for one in rows if one.kind[:2] == key]
        now = sum((one.units for one in of_code), ZERO)
        if before and row is of_code[-1] and now <= found.units < before + now:
            words = f"{plain(now)} units of {row.kind.code} and {plain(before)} on other claims of "
            words += f"this day: at most {found.units} a day are allowed (MUE, {found.release})"
            yield Said(UNITS_OVER_CLAIMS, row.line, words)


def over_limits(
    rows: Sequence[Service], earlier: Sequence[Total], day: date, terms: Terms
) -> Iterator[Said]:
    """Limits of the payer by the day, passed only together with other claims of the day. A limit
    that an authorization lifts holds where no service that counts has one."""
    for bound in terms.limits:
        before, now = _counted(earlier, bound, day), _counted(rows, bound, day)
        for key, own in now.items():
            others = before.get(key, [])
            every: list[Service | Total] = [*others, *own]
            if bound.unless_authorized and any(one.kind.authorized for one in every):
                continue
            alone, together = _measure(own, bound), _measure(every, bound)
            if others and alone <= bound.most < together:
                words = f"{plain(together)} {bound.counts} on all claims of the day, "
                words += f"{plain(alone)} of them here; {terms.name} allows {bound.most} a day"
                yield Said(LIMIT_OVER_CLAIMS, own[-1].line, words)


def _counted(
    services: Sequence[Counted], bound: DailyLimit, day: date
) -> dict[tuple[object, ...], list[Counted]]:
    """What counts towards a limit, apart as the payer counts it."""
    groups: dict[tuple[object, ...], list[Counted]] = {}
    for one in services:
        provider, code, modifiers, place, one_day, *_ = one.kind
        if place in bound.excepted_places or not one_day:
            continue
        if bound.codes.covers(code, therapy_code(code, day)):
            key = (
                discipline_of(modifiers) if bound.per_discipline else "",
                provider if bound.per_rendering_provider else "",
                code if bound.per_code else "",
            )
            groups.setdefault(key, []).append(one)
    return groups


def _measure(services: Sequence[Service | Total], bound: DailyLimit) -> Decimal:
    """Units or codes; no limit in minutes is passed as far as we know."""
    if bound.counts == "units":
        return sum((one.units for one in services), ZERO)
    codes = {one.kind.code for one in services}
    return Decimal(len(codes)) if bound.counts == "codes" else ZERO


def pairs(
    rows: Sequence[Service], earlier: Sequence[Total], day: date, terms: Terms, where: Where
) -> Iterator[Said]:
    """Codes that are an NCCI pair with a code of another claim of the provider and day."""
    edits = terms.edits
    if edits is None:
        return
    for row in rows:
        mine = row.kind
        if not (mine.paid and mine.one_day):
            continue
        for kind, _, _, _, _, first, _ in earlier:
            if not (kind.paid and kind.provider == mine.provider):
                continue
            if not edits.table.knows(mine.code, kind.code):
                continue
            pair = edits.table.find(mine.code, kind.code, day)
            opened = opening_modifiers((*mine.modifiers, *kind.modifiers), edits.stated)
            if pair is None or (pair.modifier_may_open and opened):
                continue
            denied = "this line" if pair.column2 == mine.code else "the earlier claim"
            opens = "59 or XE, XS, XP, XU bypasses the edit if they were separate"
            if not pair.modifier_may_open:
                opens = "no modifier bypasses the edit"
            words = f"{mine.code} here and {kind.code} {where(first)} are NCCI pair {pair.column1}/"
            words += f"{pair.column2} (indicator {pair.indicator}, {pair.release}"
            words += f"; {edits.whose}" if edits.whose else ""
            words += f"): {pair.column2} of {denied} would be denied; {opens}"
            yield Said(PAIR_OVER_CLAIMS, row.line, words, edits.doubt)
            break
