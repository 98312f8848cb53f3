"""Interchanges, groups and transaction sets around a stream of claims, counted as they go."""

from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import Protocol

from scrubber.synthetic.clinics import Clinic
from scrubber.synthetic.dates import compact
from scrubber.synthetic.layout import Layout
from scrubber.synthetic.records import Claim
from scrubber.synthetic.wire import billing_provider, claim_segments, patient, subscriber

_SENDER, _RECEIVER = "SYNTHCLINICS", "SYNTHCLEARING"
_GUIDE = "005010X222A1"

Household = tuple[Claim, ...]


class HouseholdSource(Protocol):
    """Gives the next clinic with its households; the claims of one call belong together."""

    def __call__(self, most: int) -> tuple[Clinic, Household]:
        """A household of at most `most` claims and the clinic that bills for it."""


def _household(claims: Household, hierarchy: int, parent: int, *, bare: bool) -> Iterator[str]:
    """Loops 2000B to 2430 of one subscriber; levels are numbered after `hierarchy`."""
    first = claims[0]
    has_child = "0" if first.patient is None else "1"
    yield f"HL*{hierarchy + 1}*{parent}*22*{has_child}"
    yield from subscriber(first)
    if first.patient is not None:
        yield f"HL*{hierarchy + 2}*{hierarchy + 1}*23*0"
        yield from patient(first, first.patient)
    for claim in claims:
        yield from claim_segments(claim, bare=bare)


def _body(source: HouseholdSource, claims: int) -> Iterator[str]:
    """Table 2 of one transaction set: a new billing provider level whenever the clinic changes."""
    hierarchy, parent = 0, 0
    billing: Clinic | None = None
    while claims:
        clinic, household = source(claims)
        claims -= len(household)
        if clinic is not billing:
            billing = clinic
            hierarchy += 1
            parent = hierarchy
            yield f"HL*{parent}**20*1"
            yield from billing_provider(clinic)
        yield from _household(household, hierarchy, parent, bare=clinic.whole_dollars_bare)
        hierarchy += 1 if household[0].patient is None else 2


def _transaction(
    source: HouseholdSource, claims: int, control: int, trace: str, day: date, clock: str
) -> Iterator[str]:
    number = f"{control:04d}"
    header = (
        f"ST*837*{number}*{_GUIDE}",
        f"BHT*0019*00*{trace}*{compact(day)}*{clock}*CH",
        f"NM1*41*2*SYNTHETIC CLINICS BILLING*****46*{_SENDER}",
        "PER*IC*EDI DESK*TE*8005550100*EM*EDI@SYNTHETIC.INVALID",
        f"NM1*40*2*SYNTHETIC CLEARINGHOUSE*****46*{_RECEIVER}",
    )
    count = 1
    for segment in chain(header, _body(source, claims)):
        count += 1
        yield segment
    yield f"SE*{count}*{number}"


def _shares(total: int, each: int) -> Iterator[int]:
    """`total` in parts of `each`, the last one smaller when it does not divide."""
    while total > 0:
        yield min(total, each)
        total -= each


def interchanges(
    claims: int, source: HouseholdSource, as_of: date, clock: str, layout: Layout
) -> Iterator[str]:
    """The segments of a whole file with `claims` claims, plain delimiters, no terminators.

    ISA, GS and BHT carry `as_of` and `clock` (HHMM); control numbers count up from 1.
    """
    per_group = layout.claims_per_set * layout.sets_per_group
    per_interchange = per_group * layout.groups_per_interchange
    today, trace = compact(as_of), 0
    for control, in_interchange in enumerate(_shares(claims, per_interchange), 1):
        yield (
            f"ISA*00*{'':10}*00*{'':10}*ZZ*{_SENDER:15}*ZZ*{_RECEIVER:15}"
            f"*{today[2:]}*{clock}*^*00501*{control:09d}*0*P*:"
        )
        group = 0
        for group, in_group in enumerate(_shares(in_interchange, per_group), 1):
            yield (f"GS*HC*{_SENDER}*{_RECEIVER}*{today}*{clock}*{group}*X*{_GUIDE}")
            number = 0
            for number, in_set in enumerate(_shares(in_group, layout.claims_per_set), 1):
                trace += 1
                yield from _transaction(source, in_set, number, f"SYN{trace:07d}", as_of, clock)
            yield f"GE*{number}*{group}"
        yield f"IEA*{group}*{control:09d}"
