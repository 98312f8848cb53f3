"""Reads the diagnoses of a claim (HI) once and finds what is wrong with them as codes.

What is wrong depends on the text of the HI and the dates of service alone, so it is remembered.
The rules in `diagnosis_codes` say what was found, each under its own code.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache, lru_cache
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from scrubber.claim.claim import MOST_DIAGNOSES, Claim
from scrubber.codes import icd10cm
from scrubber.codes.icd10cm import Standing
from scrubber.codes.table_file import read_table, words
from scrubber.findings import Severity

EXCLUDED = Path(__file__).parent / "data" / "excluded_diagnoses.csv"
ICD_9, ICD_10 = frozenset({"BK", "BF"}), frozenset({"ABK", "ABF"})
ICD_10_BEGINS = date(2015, 10, 1)
EXTERNAL_CAUSES = ("V", "W", "X", "Y")
SEQUELA = "S"
FULL_LENGTH = 7
MOST_PLAIN = 4096
INFO, WARN = Severity.INFO, Severity.WARN


class DiagnosisFault(NamedTuple):
    """Something wrong with the diagnosis at place `number` of the HI, under the code of a rule.
    `tidy` is the code rightly written, where that is all that is wrong."""

    rule: str
    number: int
    message: str
    severity: Severity | None = None
    tidy: str = ""


class Coded(NamedTuple):
    """A diagnosis as the HI has it, and in capitals without dot."""

    number: int
    qualifier: str
    code: str
    tidy: str


@lru_cache(maxsize=2)
def diagnosis_faults_of(claim: Claim, tables: Path | None) -> tuple[DiagnosisFault, ...]:
    """What is wrong with the diagnoses of a claim on its dates of service."""
    block = claim.block
    first, last = claim.service_dates
    if first is None or last is None:
        return ()
    element, component = block.delimiters.element, block.delimiters.component
    for index in claim.layout.segments.get("HI", ()):
        raw = block.segments[index]
        if raw.startswith((f"HI{element}ABK{component}", f"HI{element}BK{component}")):
            return _faults(raw, element, component, first, last, tables)
    return ()


def read_diagnoses(raw: str, element: str, component: str) -> tuple[Coded, ...]:
    """The diagnoses of a raw HI in pointer order, as many as a claim may hold; empty places are
    left out."""
    composites = enumerate(raw.split(element)[1 : MOST_DIAGNOSES + 1], start=1)
    read = [_read(number, composite, component) for number, composite in composites]
    return tuple([one for one in read if one is not None])


@lru_cache(maxsize=8192)
def _read(number: int, composite: str, component: str) -> Coded | None:
    qualifier, _, rest = composite.partition(component)
    code = rest.split(component)[0]
    if not code:
        return None
    return Coded(number, qualifier, code, tidy(code))


def tidy(code: str) -> str:
    """A diagnosis code as claims have it: in capitals, without dot and blanks."""
    bare = code.replace(".", "").strip()
    return bare.upper() if bare.isascii() else bare


class _Plain:
    """Composites that were found plain for services from one month to another: a well-written
    ICD-10 code, billable in both months and at home in any place. `excludes` has how codes begin
    that do not stand beside them, for those among them that exclude any."""

    __slots__ = ("excludes", "seen")

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.excludes: dict[str, tuple[str, ...]] = {}

    def add(self, composite: str, code: str) -> None:
        if len(self.seen) >= MOST_PLAIN:
            self.seen.clear()
            self.excludes.clear()
        self.seen.add(composite)
        excluded = _excluded_by(code)
        if excluded:
            self.excludes[composite] = excluded


@lru_cache(maxsize=256)
def _plain_in(_component: str, _months: tuple[int, ...], _tables: Path | None) -> _Plain:
    return _Plain()


def _faults(
    raw: str, element: str, component: str, first: date, last: date, tables: Path | None
) -> tuple[DiagnosisFault, ...]:
    composites = raw.split(element)[1 : MOST_DIAGNOSES + 1]
    # Code tables change with a month only, so every day of it gets the same answer.
    months = (first.year, first.month, last.year, last.month)
    plain = _plain_in(component, months, tables)
    if plain.seen.issuperset(composites) or all(
        _is_plain(one, component, first, last, tables, plain) for one in composites
    ):
        codes = [one.partition(component)[2] for one in composites]
        if len(set(codes)) == len(codes):
            if not _may_exclude_each_other(composites, codes, plain):
                return ()
            return tuple(_excluded(read_diagnoses(raw, element, component)))
    coded = read_diagnoses(raw, element, component)
    modern = [one for one in coded if one.qualifier in ICD_10]
    faults = [*_code_set(coded, first, last), *_repeats(coded)]
    if last >= ICD_10_BEGINS:
        for one in modern:
            faults += _written(one)
            faults += _standing(one, first, last, tables)
        if not any(fault.rule == "S505" and fault.severity is None for fault in faults):
            faults += _principal(modern)
        faults += _excluded(modern)
    return tuple(faults)


def _is_plain(
    composite: str, component: str, first: date, last: date, tables: Path | None, plain: _Plain
) -> bool:
    if composite in plain.seen:
        return True
    one = _read(1, composite, component)
    if one is None or one.qualifier not in ICD_10 or first < ICD_10_BEGINS:
        return False
    if [*_written(one), *_standing(one, first, last, tables), *_principal([one])]:
        return False
    plain.add(composite, one.tidy)
    return True


def _code_set(coded: tuple[Coded, ...], first: date, last: date) -> Iterator[DiagnosisFault]:
    old = [one for one in coded if one.qualifier in ICD_9]
    modern = [one for one in coded if one.qualifier in ICD_10]
    if old and modern:
        yield DiagnosisFault("S240", old[0].number, "ICD-9 and ICD-10 codes on one claim")
    elif old and last >= ICD_10_BEGINS:
        message = f"ICD-9 code for a service on {last}"
        if icd10cm.standing(old[0].tidy, last) is Standing.BILLABLE:
            message = f"{old[0].qualifier} means ICD-9, but {old[0].tidy} is an ICD-10 code: "
            message += "use ABK for the first diagnosis, ABF for the others"
        yield DiagnosisFault("S240", old[0].number, message)
    elif modern and first < ICD_10_BEGINS:
        yield DiagnosisFault("S240", modern[0].number, f"ICD-10 code for a service on {first}")


def _repeats(coded: tuple[Coded, ...]) -> Iterator[DiagnosisFault]:
    seen: dict[str, int] = {}
    for one in coded:
        if one.tidy in seen:
            message = f"{one.tidy} is already in position {seen[one.tidy]}"
            yield DiagnosisFault("S544", one.number, message)
        seen.setdefault(one.tidy, one.number)


def _written(one: Coded) -> Iterator[DiagnosisFault]:
    if one.code != one.tidy:
        message = f"{one.tidy} has a dot, spaces or lowercase letters"
        yield DiagnosisFault("S542", one.number, message, None, one.tidy)


def _standing(one: Coded, first: date, last: date, tables: Path | None) -> Iterator[DiagnosisFault]:
    standing = icd10cm.standing(one.tidy, first, tables)
    later = icd10cm.standing(one.tidy, last, tables) if last != first else standing
    if standing is Standing.BILLABLE and later is Standing.BILLABLE:
        return
    rule = "S505" if one.number == 1 else "S540"
    # A code that is right for some of the dates is right for some of the lines.
    partly = WARN if Standing.BILLABLE in (standing, later) else None
    worst = standing if standing is not Standing.BILLABLE else later
    if worst is Standing.NOT_CHECKED:
        message = f"not checked: {one.tidy} is not in our table for {first}"
        yield DiagnosisFault(rule, one.number, message, INFO)
    elif worst is Standing.NEEDS_MORE_CHARACTERS:
        message = f"{one.tidy} is a category; a longer code is needed"
        yield DiagnosisFault("S541", one.number, message, partly)
    else:
        yield DiagnosisFault(rule, one.number, f"{one.tidy}: {_SAID[worst]}", partly)


_SAID = {
    Standing.OTHER_DATES: "not in effect on the date of service",
    Standing.NO_SUCH_CODE: "no such code",
    Standing.MALFORMED: "not in the format of an ICD-10-CM code",
}


def _principal(modern: list[Coded]) -> Iterator[DiagnosisFault]:
    if not modern or modern[0].number != 1:
        return
    code = modern[0].tidy
    if code.startswith(EXTERNAL_CAUSES):
        yield DiagnosisFault("S543", 1, f"{code} is an external cause, not a condition")
    elif len(code) == FULL_LENGTH and code.endswith(SEQUELA):
        yield DiagnosisFault("S545", 1, f"{code} is a sequela code as the first diagnosis")


def _excluded(modern: Sequence[Coded]) -> Iterator[DiagnosisFault]:
    """Pairs that an Excludes1 note of either code keeps apart, each said once."""
    for one, other in combinations(modern, 2):
        if _exclude_each_other(one.tidy, other.tidy):
            message = f"{one.tidy} and {other.tidy} exclude each other (Excludes1)"
            yield DiagnosisFault("S557", other.number, message)


def _may_exclude_each_other(composites: list[str], codes: list[str], plain: _Plain) -> bool:
    """Whether any of these begins as another one excludes; `codes` are the codes in them."""
    if not plain.seen.issuperset(composites):
        return True
    excludes = plain.excludes
    if excludes.keys().isdisjoint(composites):
        return False
    for at, composite in enumerate(composites):
        excluded = excludes.get(composite)
        if excluded is not None:
            for other, code in enumerate(codes):
                if code.startswith(excluded) and other != at:
                    return True
    return False


@lru_cache(maxsize=8192)
def _exclude_each_other(code: str, other: str) -> bool:
    return other.startswith(_excluded_by(code)) or code.startswith(_excluded_by(other))


@lru_cache(maxsize=8192)
def _excluded_by(code: str) -> tuple[str, ...]:
    """How the codes begin that a code excludes."""
    table = _excluded_prefixes()
    prefixes = (code[:length] for length in range(3, min(len(code), FULL_LENGTH) + 1))
    return tuple([one for prefix in prefixes for one in table.get(prefix, ())])


@cache
def _excluded_prefixes() -> dict[str, tuple[str, ...]]:
    return {row["code"]: words(row["excludes"]) for row in read_table(EXCLUDED).rows}
