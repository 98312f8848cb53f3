"""States, territories and military posts of the United States; provinces of Canada."""

from functools import cache

from scrubber.codes.table_file import CODES_DATA, Release, read_release, read_table
from scrubber.codes.verdict import Verdict

TABLE = CODES_DATA / "states.csv"


def is_valid(code: str, country: str = "US") -> bool:
    """Whether the code is a state of the United States or a province of Canada (`CA`)."""
    return code in _states().get(country, frozenset())


def check(code: str, country: str = "US") -> Verdict:
    """VALID, INVALID, or UNKNOWN for a country whose subdivisions are not in our table."""
    known = _states().get(country)
    if known is None:
        return Verdict.UNKNOWN
    return Verdict.VALID if code in known else Verdict.INVALID


def release() -> Release:
    """Provenance of the table."""
    return read_release(TABLE)


@cache
def _states() -> dict[str, frozenset[str]]:
    rows = read_table(TABLE).rows
    countries = {row["country"] for row in rows}
    return {
        country: frozenset(row["code"] for row in rows if row["country"] == country)
        for country in countries
    }
