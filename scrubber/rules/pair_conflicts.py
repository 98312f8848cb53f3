"""Lines of a day whose codes are an NCCI pair, and how sure it is that the payer minds."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from scrubber.claim.service_line import ServiceLine
from scrubber.codes import modifiers
from scrubber.findings import Severity
from scrubber.profiles.code_statements import PairEdits
from scrubber.profiles.profile import DatedProfile
from scrubber.rules.rule import ServiceSetting, Visit
from scrubber.rules.therapy_lines import HCPCS, disciplines_on, rendered_by
from scrubber.therapy.ncci_pairs import Pair, PairTable, Program, pair_table

NCCI_MODIFIERS = frozenset({"59", "XE", "XS", "XP", "XU"})
DENIED_ANYWAY = frozenset({"GY", "GZ"})
"""Lines that say that they are not covered; Medicare denies them without looking further."""
OUTSIDE_HIPAA = ("wc", "auto")


class Edits(NamedTuple):
    """The table that is used for a payer, and how much may be said in its name; `doubt` is the
    severity where it is not known that the payer uses the table."""

    name: str
    table: PairTable
    stated: PairEdits | None
    own_table: bool
    doubt: Severity = Severity.WARN

    @property
    def whose(self) -> str:
        """Who says so, for messages."""
        if self.stated is None:
            return "Medicare's table; whether this payer uses it is not in our table"
        return "" if self.own_table else "Medicare's table; Medicaid's own is not imported"


class Conflict(NamedTuple):
    """Two lines whose codes are a pair in force: `first` is column 1, `second` column 2.

    `opened_by` are modifiers on them that may open the pair. `one_provider`: one provider rendered
    both, as far as the claim tells; else two therapists of one discipline did, who count as one as
    far as we know, or two disciplines did, whose therapists the claim does not name.
    """

    edits: Edits
    pair: Pair
    first: ServiceLine
    second: ServiceLine
    opened_by: tuple[str, ...]
    one_provider: bool

    @property
    def severity(self) -> Severity | None:
        """None (the rule's own) where payer, table, date and provider are sure enough to reject."""
        edits, day = self.edits, self.second.service_from
        known_from = edits.table.release.as_of
        in_force = known_from is not None and day is not None and day >= known_from
        sure = self.one_provider and (self.pair.confirmed or in_force)
        if edits.stated is None or not edits.own_table or not sure:
            return edits.doubt
        return edits.stated.stated.ceiling

    @property
    def facts(self) -> str:
        """The pair by name, indicator, release and whose table, for messages."""
        pair, whose = self.pair, self.edits.whose
        name = f"NCCI pair {pair.column1}/{pair.column2}, indicator {pair.indicator}"
        return f"{name}, {pair.release}; {whose}" if whose else f"{name}, {pair.release}"


@lru_cache(maxsize=1024)
def edits_of(setting: ServiceSetting) -> Edits | None:
    """The table to use; None where the payer is known to use none."""
    return edits_for(setting.payer, setting.tables)


def edits_for(payer: DatedProfile, tables: Path | None) -> Edits | None:
    """The table to use for a payer, of those in a folder and those that are shipped."""
    stated = payer.pair_edits
    medicare = Program.MEDICARE
    fallback = pair_table(medicare, tables)
    if stated is None:
        doubt = Severity.INFO if payer.payer_type in OUTSIDE_HIPAA else Severity.WARN
        return Edits(medicare.value, fallback, None, False, doubt) if fallback is not None else None
    if stated.table == "none":
        return None
    own = pair_table(Program(stated.table), tables)
    if own is not None:
        return Edits(stated.table, own, stated, True)
    return Edits(medicare.value, fallback, stated, False) if fallback is not None else None


@lru_cache(maxsize=4)  # several rules ask about the visit at hand, one after the other
def conflicts(visit: Visit, setting: ServiceSetting) -> tuple[Conflict, ...]:
    """Every two lines of one provider whose codes are a pair in force on the day.

    Lines without a charge, and those that say so (GY, GZ), are not paid anyway. The order is
    column 1, column 2.
    """
    edits = edits_of(setting)
    if edits is None:
        return ()
    places = _places_of_pairs(edits.name, setting.tables, tuple([x.code for x in visit.lines]))
    return tuple(_conflicts(visit, edits, places)) if places else ()


@lru_cache(maxsize=8192)
def _places_of_pairs(
    name: str, tables: Path | None, codes: tuple[str, ...]
) -> tuple[tuple[int, int], ...]:
    """The places of codes that are a pair on some day; most visits have none."""
    table = pair_table(Program(name), tables)
    return tuple(
        (one, other)
        for other in range(len(codes))
        for one in range(other)
        if table is not None and table.knows(codes[one], codes[other])
    )


def _conflicts(
    visit: Visit, edits: Edits, places: tuple[tuple[int, int], ...]
) -> Iterator[Conflict]:
    for one, other in places:
        earlier, line = visit.lines[one], visit.lines[other]
        one_npi = rendered_by(line) == rendered_by(earlier)
        if not (_is_paid(earlier) and _is_paid(line)):
            continue
        if not one_npi and not _one_discipline(line, earlier):
            continue
        pair = edits.table.find(earlier.code, line.code, visit.day)
        if pair is not None:
            first, second = (earlier, line) if pair.column2 == line.code else (line, earlier)
            opened_by = _openers(first, second, edits.stated)
            one_provider = one_npi and not _two_disciplines(first, second)
            yield Conflict(edits, pair, first, second, opened_by, one_provider)


def _is_paid(line: ServiceLine) -> bool:
    asked_for = bool(line.charge) and DENIED_ANYWAY.isdisjoint(line.modifiers)
    return asked_for and line.service.qualifier == HCPCS


def _one_discipline(line: ServiceLine, other: ServiceLine) -> bool:
    named = disciplines_on(line)
    return bool(named) and named == disciplines_on(other)


def _two_disciplines(line: ServiceLine, other: ServiceLine) -> bool:
    named, others = disciplines_on(line), disciplines_on(other)
    return bool(named) and bool(others) and named != others


def _openers(first: ServiceLine, second: ServiceLine, stated: PairEdits | None) -> tuple[str, ...]:
    """Modifiers on either line (since 2019-07-01 either will do, CR 11168) that may open a pair."""
    return opening_modifiers((*second.modifiers, *first.modifiers), stated)


def opening_modifiers(given: Iterable[str], stated: PairEdits | None) -> tuple[str, ...]:
    """Those of the modifiers on the two lines of a pair that may open it."""
    accepted = stated.opened_by if stated is not None else NCCI_MODIFIERS
    return tuple(
        modifier
        for modifier in given
        if modifier in accepted
        or (modifier not in NCCI_MODIFIERS and modifiers.opens_pair(modifier))
    )
