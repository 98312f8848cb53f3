"""What the services of claims that came before say about those of a later one. Pure.

Sources: CMS Pub 100-04, chapter 1, section 120 (duplicates); CMS NCCI Policy Manual 2026, chapter I
(pairs and units hold for all claims of a provider, patient and day).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

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
from scrubber.rules.pair_conflicts import DENIED_ANYWAY, Edits, edits_for, opening_modifiers
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


class BilledService(Protocol):
    """A service line of an accepted claim, or of one that is looked at. `provider` stands for who
    rendered it."""

    @property
    def line(self) -> int: ...
    @property
    def code(self) -> str: ...
    @property
    def modifiers(self) -> tuple[str, ...]: ...
    @property
    def first(self) -> date: ...
    @property
    def last(self) -> date: ...
    @property
    def place(self) -> str: ...
    @property
    def provider(self) -> str: ...
    @property
    def charge(self) -> Decimal: ...
    @property
    def units(self) -> Decimal: ...


class AuthorizedService(BilledService, Protocol):
    """A service line of which is known whether its claim has an authorization or referral."""

    @property
    def authorized(self) -> bool: ...


One = TypeVar("One", bound=BilledService)
Limited = TypeVar("Limited", bound=AuthorizedService)
Where = Callable[[One], str]
"""Names the claim of an earlier service, for messages."""


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


def terms_of(payer: DatedProfile | None, tables: Path | None) -> Terms:
    """The terms of a payer; for one without a profile the tables of Medicare."""
    if payer is None:
        return Terms(Program.MEDICARE, tables=tables)
    counting = payer.unit_counting
    method = None if payer.unit_method == "none" else CountingMethod(payer.unit_method)
    ceiling = counting.stated.ceiling if counting is not None else Severity.WARN
    edits, limits = edits_for(payer, tables), tuple(payer.daily_limits)
    return Terms(limits_program(payer), edits, method, ceiling, tables, limits, payer.name)


def duplicates(rows: Sequence[One], earlier: Sequence[One]) -> Iterator[tuple[One, One]]:
    """The lines that were billed before, each with its twin: same provider, code, modifiers, days,
    place and charge, without a modifier that says it was done again."""
    for row in rows:
        if REPEATED.isdisjoint(row.modifiers):
            same = _what_is_billed(row)
            twin = next((one for one in earlier if _what_is_billed(one) == same), None)
            if twin is not None:
                yield row, twin


def _what_is_billed(row: BilledService) -> tuple[object, ...]:
    modifiers = frozenset(row.modifiers)
    return row.provider, row.code, modifiers, row.first, row.last, row.place, row.charge


def say_duplicates(twins: Sequence[tuple[One, One]], where: Where[One]) -> list[Said]:
    """The findings for lines billed before."""
    return [
        Said(
            DUPLICATE_SERVICE,
            row.line,
            f"suspected duplicate: {row.code} was billed before for the same patient, provider, "
            f"day, place and charge, {where(twin)}",
        )
        for row, twin in twins
    ]


def over_units(rows: Sequence[One], earlier: Sequence[One], terms: Terms) -> Iterator[Said]:
    """Codes whose units are too many only together with what other claims of the day bill."""
    if terms.program is None:
        return
    for row in rows:
        found = limit(row.code, row.first, terms.program, terms.tables)
        if found is None or found.per_line or found.units == 0 or row.first != row.last:
            continue
        key = (row.provider, row.code, row.first)
        before = sum((one.units for one in earlier if _key(one) == key), ZERO)
        of_code = [one for one in rows if _key(one) == key]
        now = sum((one.units for one in of_code), ZERO)
        if before and row is of_code[-1] and now <= found.units < before + now:
            words = f"{plain(now)} units of {row.code} and {plain(before)} on other claims of "
            words += f"this day: at most {found.units} a day are allowed (MUE, {found.release})"
            yield Said(UNITS_OVER_CLAIMS, row.line, words)


def _key(row: BilledService) -> tuple[str, str, date]:
    return row.provider, row.code, row.first


def over_limits(
    rows: Sequence[Limited], earlier: Sequence[Limited], terms: Terms
) -> Iterator[Said]:
    """Limits of the payer by the day, passed only together with other claims of the day. A limit
    that an authorization lifts holds where no service that counts has one."""
    for bound in terms.limits:
        before, now = _counted(earlier, bound), _counted(rows, bound)
        for key, own in now.items():
            others = before.get(key, [])
            if bound.unless_authorized and any(one.authorized for one in (*own, *others)):
                continue
            alone, together = _measure(own, bound), _measure([*others, *own], bound)
            if others and alone <= bound.most < together:
                words = f"{plain(together)} {bound.counts} on all claims of the day, "
                words += f"{plain(alone)} of them here; {terms.name} allows {bound.most} a day"
                yield Said(LIMIT_OVER_CLAIMS, own[-1].line, words)


def _counted(rows: Sequence[Limited], bound: DailyLimit) -> dict[tuple[str, ...], list[Limited]]:
    """What counts towards a limit, apart as the payer counts it."""
    groups: dict[tuple[str, ...], list[Limited]] = {}
    for row in rows:
        if row.place in bound.excepted_places or row.first != row.last:
            continue
        code = therapy_code(row.code, row.first)
        if bound.codes.covers(row.code, code):
            key = (
                discipline_of(row.modifiers) if bound.per_discipline else "",
                row.provider if bound.per_rendering_provider else "",
                row.code if bound.per_code else "",
            )
            groups.setdefault(key, []).append(row)
    return groups


def _measure(rows: Sequence[BilledService], bound: DailyLimit) -> Decimal:
    """Units or codes; no limit in minutes is passed as far as we know."""
    if bound.counts == "units":
        return sum((row.units for row in rows), ZERO)
    return Decimal(len({row.code for row in rows})) if bound.counts == "codes" else ZERO


def pairs(
    rows: Sequence[One], earlier: Sequence[One], terms: Terms, where: Where[One]
) -> Iterator[Said]:
    """Codes that are an NCCI pair with a code of another claim of the provider and day."""
    edits = terms.edits
    if edits is None:
        return
    for row in rows:
        for one in earlier:
            if not edits.table.knows(row.code, one.code) or not _of_one_day(row, one):
                continue
            pair = edits.table.find(row.code, one.code, row.first)
            opened = opening_modifiers((*row.modifiers, *one.modifiers), edits.stated)
            if pair is None or (pair.modifier_may_open and opened):
                continue
            denied = "this line" if pair.column2 == row.code else "the earlier claim"
            opens = "59 or XE, XS, XP, XU bypasses the edit if they were separate"
            if not pair.modifier_may_open:
                opens = "no modifier bypasses the edit"
            words = f"{row.code} here and {one.code} {where(one)} are NCCI pair {pair.column1}/"
            words += f"{pair.column2} (indicator {pair.indicator}, {pair.release}"
            words += f"; {edits.whose}" if edits.whose else ""
            words += f"): {pair.column2} of {denied} would be denied; {opens}"
            yield Said(PAIR_OVER_CLAIMS, row.line, words, edits.doubt)
            break


def _of_one_day(row: BilledService, one: BilledService) -> bool:
    """Whether one provider rendered two services on one day for which payment is asked."""
    same = row.provider == one.provider and row.first == one.first
    return same and row.first == row.last and _is_paid(row) and _is_paid(one)


def _is_paid(row: BilledService) -> bool:
    return bool(row.charge) and DENIED_ANYWAY.isdisjoint(row.modifiers)
