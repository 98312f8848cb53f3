"""Procedure modifiers: two characters; those that matter to therapy with their meaning and kind."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from scrubber.codes.table_file import CODES_DATA, Release, day, read_release, read_table
from scrubber.codes.verdict import Verdict

TABLE = CODES_DATA / "modifiers.csv"

_FORM = re.compile(r"[0-9A-Z]{2}")


@dataclass(frozen=True, slots=True)
class Modifier:
    """A modifier. `meaning` is in our own words and empty where therapy has no use for it.

    `kind` is one of discipline, assistant, ncci, telehealth, threshold, liability, benefit,
    repeat, pricing, em, global, anatomic, state, info, or empty. `opens_pair`: it is one of the
    modifiers that may open an NCCI pair with indicator 1 (NCCI Policy Manual, chapter I, E).
    """

    code: str
    level: str
    meaning: str
    kind: str
    opens_pair: bool
    effective_from: date | None
    effective_to: date | None
    source: str
    confidence: str


def modifier(code: str) -> Modifier | None:
    """What a modifier means; None when it is not in our table."""
    return _modifiers().get(code)


def is_well_formed(code: str) -> bool:
    """Two capitals or digits."""
    return _FORM.fullmatch(code) is not None


def check(code: str, on: date) -> Verdict:
    """VALID, INVALID in form or on the date of service, or UNKNOWN when the table cannot say.

    HCPCS modifiers begin with a letter and the table has all of its release, so one that is
    absent is INVALID through the last day of that release.
    """
    if not is_well_formed(code):
        return Verdict.INVALID
    found = _modifiers().get(code)
    if found is None:
        through = release().through
        whole = code[0].isalpha() and through is not None and on <= through
        return Verdict.INVALID if whole else Verdict.UNKNOWN
    too_early = found.effective_from is not None and on < found.effective_from
    too_late = found.effective_to is not None and on > found.effective_to
    return Verdict.INVALID if too_early or too_late else Verdict.VALID


def opens_pair(code: str) -> bool:
    """Whether the modifier may open an NCCI pair whose indicator is 1."""
    found = _modifiers().get(code)
    return found is not None and found.opens_pair


@cache
def release() -> Release:
    """Provenance of the table."""
    return read_release(TABLE)


@cache
def _modifiers() -> dict[str, Modifier]:
    return {row["code"]: _modifier(row) for row in read_table(TABLE).rows}


def _modifier(row: dict[str, str]) -> Modifier:
    return Modifier(
        code=row["code"],
        level=row["level"],
        meaning=row["meaning"],
        kind=row["kind"],
        opens_pair=row["opens_pair"] == "Y",
        effective_from=day(row["effective_from"]),
        effective_to=day(row["effective_to"]),
        source=row["source"],
        confidence=row["confidence"],
    )
