"""ZIP codes: their form, and the states that the first three digits serve.

A prefix decides the state but for a few that cross a border, so a state that disagrees is a
reason to look, not a proof.
"""

from functools import cache

from scrubber.codes.table_file import CODES_DATA, Release, read_release, read_table, words
from scrubber.codes.verdict import Verdict

FILLERS = ("00000", "99999")
TABLE = CODES_DATA / "zip_prefixes.csv"


def is_well_formed(zip_code: str) -> bool:
    """Five or nine digits without a hyphen, as the 837P wants it."""
    return len(zip_code) in (5, 9) and zip_code.isascii() and zip_code.isdigit()


def states_of(zip_code: str) -> tuple[str, ...]:
    """States the prefix serves; empty when the prefix is not assigned as far as we know."""
    return _prefixes().get(zip_code[:3], ())


def check(zip_code: str, state: str) -> Verdict:
    """Whether form and state agree: INVALID form, filler, other state; UNKNOWN prefix; or VALID."""
    if not is_well_formed(zip_code) or zip_code[:5] in FILLERS:
        return Verdict.INVALID
    states = states_of(zip_code)
    if not states:
        return Verdict.UNKNOWN
    return Verdict.VALID if state in states else Verdict.INVALID


def release() -> Release:
    """Provenance of the table."""
    return read_release(TABLE)


@cache
def _prefixes() -> dict[str, tuple[str, ...]]:
    return {
        f"{prefix:03}": words(row["states"])
        for row in read_table(TABLE).rows
        for prefix in range(int(row["first"]), int(row["last"]) + 1)
    }
