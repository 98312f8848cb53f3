"""Claim filing indicator (SBR09): what kind of payer a claim goes to."""

from functools import cache

from scrubber.codes.table_file import CODES_DATA, Release, read_release, read_table
from scrubber.codes.verdict import Verdict

TABLE = CODES_DATA / "claim_filing.csv"

MEDICARE_PART_B = "MB"


def is_valid(code: str) -> bool:
    """Whether the 837P allows the indicator."""
    return code in _indicators()


def check(code: str) -> Verdict:
    """VALID or INVALID; the set is complete, so never UNKNOWN."""
    return Verdict.VALID if is_valid(code) else Verdict.INVALID


def meaning(code: str) -> str:
    """The indicator in our own words; empty for an indicator the 837P does not allow."""
    return _indicators().get(code, "")


def release() -> Release:
    """Provenance of the table."""
    return read_release(TABLE)


@cache
def _indicators() -> dict[str, str]:
    return {row["code"]: row["meaning"] for row in read_table(TABLE).rows}
