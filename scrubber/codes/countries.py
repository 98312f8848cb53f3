"""Countries by their ISO 3166-1 alpha-2 codes (code source 5)."""

from functools import cache

from scrubber.codes.table_file import CODES_DATA, Release, read_release, read_table
from scrubber.codes.verdict import Verdict

TABLE = CODES_DATA / "countries.csv"


def is_valid(code: str) -> bool:
    """Whether the code is one of ISO 3166-1 alpha-2."""
    return code in _countries()


def check(code: str) -> Verdict:
    """VALID or INVALID; the set is complete, so never UNKNOWN."""
    return Verdict.VALID if is_valid(code) else Verdict.INVALID


def release() -> Release:
    """Provenance of the table."""
    return read_release(TABLE)


@cache
def _countries() -> frozenset[str]:
    return frozenset(row["code"] for row in read_table(TABLE).rows)
