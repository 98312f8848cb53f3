"""What claims bill for a patient on a day: line by line, and added up by kind of service. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from scrubber.claim.values import amount
from scrubber.rules.pair_conflicts import DENIED_ANYWAY

MOST_KINDS = 200
"""More than any patient has on a day. Kinds that come later are not added up, so that no day takes
the square of its claims."""


class ClaimRef(NamedTuple):
    """Which claim of which file of the run, both counted from 1."""

    file: int
    claim: int


BEFORE_RUN = ClaimRef(-1, 0)
"""A claim of an earlier run."""
UNNAMED = ClaimRef(0, 0)
"""Another claim of the day; which one is no longer known, as the one first meant was replaced."""

Line = tuple[str, tuple[str, ...], str, str, str, int, int | None]
"""A line as sent: code, modifiers, place of service, units (0 where it is billed in minutes) and
charge, its last day as an ordinal (0 where it is the day) and its minutes if known."""


class Billed(NamedTuple):
    """The lines of a claim on one day. `number` is the hash of its number, `provider` that of who
    rendered it. `authorized`: it has an authorization or referral number."""

    file: int
    claim: int
    number: bytes
    provider: bytes
    authorized: bool
    lines: tuple[Line, ...]

    @property
    def ref(self) -> ClaimRef:
        """Which claim it is."""
        return ClaimRef(self.file, self.claim)


class Kind(NamedTuple):
    """What limits and pairs of the day look at. `one_day`: it is of the day alone; `paid`: payment
    is asked for it."""

    provider: bytes
    code: str
    modifiers: tuple[str, ...]
    place: str
    one_day: bool
    paid: bool
    authorized: bool


class Service(NamedTuple):
    """A line of a claim, counted from 0. `same` is the same text for two lines that bill the
    same."""

    line: int
    kind: Kind
    units: Decimal
    minutes: int | None
    same: str


class Total(NamedTuple):
    """The services of one kind on other claims of the day: how many lines, their units, and their
    minutes, which some (`untold`) do not tell. `first` and `last` are claims that bill them."""

    kind: Kind
    lines: int
    units: Decimal
    minutes: int
    untold: int
    first: ClaimRef
    last: ClaimRef


Totals = dict[Kind, Total]
Plain = tuple[Any, ...]
"""A record as a tuple of numbers and texts, and of tuples of them."""
FindTwin = Callable[[str], ClaimRef | None]


class Earlier(NamedTuple):
    """The other claims of a patient day: their totals, in the order in which each kind came first,
    and who billed the `same` service before."""

    totals: Sequence[Total]
    twin: FindTwin


def services_of(billed: Billed) -> tuple[Service, ...]:
    """The services of a claim on a day; those whose charge or units cannot be read are left out."""
    return _services(billed.provider, billed.authorized, billed.lines)


@lru_cache(maxsize=1024)
def _services(provider: bytes, authorized: bool, lines: tuple[Line, ...]) -> tuple[Service, ...]:
    found = []
    for number, (code, modifiers, place, units, charge, last, minutes) in enumerate(lines):
        counted, dollars = amount(units), amount(charge)
        if counted is None or dollars is None:
            continue
        paid = bool(dollars) and DENIED_ANYWAY.isdisjoint(modifiers)
        kind = Kind(provider, code, modifiers, place, not last, paid, authorized)
        told = (provider.hex(), code, *sorted(set(modifiers)), place, str(last))
        same = "\x1f".join((*told, str(dollars.normalize())))
        found.append(Service(number, kind, counted, minutes, same))
    return tuple(found)


def add(totals: Totals, billed: Billed) -> None:
    """Add what a claim bills."""
    ref = billed.ref
    for one in services_of(billed):
        before = totals.get(one.kind)
        if before is None:
            if len(totals) >= MOST_KINDS:
                continue
            before = Total(one.kind, 0, Decimal(0), 0, 0, ref, ref)
        totals[one.kind] = Total(
            one.kind, before.lines + 1, before.units + one.units,
            before.minutes + (one.minutes or 0), before.untold + (one.minutes is None),
            before.first, ref,
        )  # fmt: skip


def take_back(totals: Totals, billed: Billed) -> None:
    """Take off what a claim bills."""
    for one in services_of(billed):
        before = totals.get(one.kind)
        if before is None:
            continue
        if before.lines <= 1:
            del totals[one.kind]
            continue
        left = [ref for ref in (before.first, before.last) if ref != billed.ref] or [UNNAMED]
        totals[one.kind] = Total(
            one.kind, before.lines - 1, before.units - one.units,
            before.minutes - (one.minutes or 0), before.untold - (one.minutes is None),
            left[0], left[-1],
        )  # fmt: skip


def earlier_of(claims: Iterable[Billed]) -> Earlier:
    """What a few claims bill."""
    totals: Totals = {}
    first: dict[str, ClaimRef] = {}
    for billed in claims:
        add(totals, billed)
        for one in services_of(billed):
            first.setdefault(one.same, billed.ref)
    return Earlier(list(totals.values()), first.get)


def merge(totals: Totals, plain: Iterable[Plain]) -> None:
    """Add other totals."""
    for kind, one in totals_of(plain).items():
        before = totals.get(kind)
        if before is not None:
            totals[kind] = Total(
                kind, before.lines + one.lines, before.units + one.units,
                before.minutes + one.minutes, before.untold + one.untold,
                before.first, max(before.last, one.last),
            )  # fmt: skip
        elif len(totals) < MOST_KINDS:
            totals[kind] = one


def both(first: Earlier | None, second: Earlier | None) -> Earlier | None:
    """Two of them as one, in their order."""
    if first is None or second is None:
        return first or second
    find, find_next = first.twin, second.twin

    def twin(same: str) -> ClaimRef | None:
        found = find(same)
        return found if found is not None else find_next(same)

    return Earlier([*first.totals, *second.totals], twin)


def plain_totals(totals: Mapping[Kind, Total]) -> tuple[Plain, ...]:
    """Totals as tuples of numbers and texts."""
    return tuple(
        [
            (tuple(kind), lines, str(units), minutes, untold, *first, *last)
            for kind, lines, units, minutes, untold, first, last in totals.values()
        ]
    )


def totals_of(plain: Iterable[Plain]) -> Totals:
    """The totals again."""
    found: Totals = {}
    for kind, lines, units, minutes, untold, *refs in plain:
        named = Kind._make(kind)
        first, last = ClaimRef(*refs[:2]), ClaimRef(*refs[2:])
        found[named] = Total(named, lines, Decimal(units), minutes, untold, first, last)
    return found


def of_file(plain: Iterable[Plain], file: int) -> tuple[Plain, ...]:
    """Totals whose claims are those of this file."""
    return tuple([(*one[:5], file, one[6], file, one[8]) for one in plain])
