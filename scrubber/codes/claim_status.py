"""Claim status codes (507, 508) of a 277CA, with what the usage rule of each one demands.

Meanings are our own words; the texts of the code lists are copyrighted.
"""

from dataclasses import dataclass
from functools import cache

from scrubber.codes.table_file import CODES_DATA, Release, read_release, read_table
from scrubber.codes.verdict import Verdict

STATUS_TABLE = CODES_DATA / "claim_status.csv"
CATEGORY_TABLE = CODES_DATA / "claim_status_categories.csv"


@dataclass(frozen=True, slots=True)
class ClaimStatus:
    """A status code. Used without the entity or second code it needs, it is itself an error."""

    code: str
    meaning: str
    needs_entity: bool
    needs_second_code: bool
    confidence: str


@dataclass(frozen=True, slots=True)
class StatusCategory:
    """A status category of the 277CA; `rejected` tells whether the claim goes no further."""

    code: str
    meaning: str
    rejected: bool


def status(code: str) -> ClaimStatus | None:
    """A status code; None when it is not in our table."""
    return _statuses().get(code)


def category(code: str) -> StatusCategory | None:
    """A status category; None for one a 277CA does not use."""
    return _categories().get(code)


def check(code: str) -> Verdict:
    """A status code: VALID when in our table, INVALID in form, UNKNOWN otherwise."""
    if code in _statuses():
        return Verdict.VALID
    return Verdict.UNKNOWN if code.isascii() and code.isdigit() else Verdict.INVALID


def release() -> Release:
    """Provenance of the table of status codes."""
    return read_release(STATUS_TABLE)


@cache
def _statuses() -> dict[str, ClaimStatus]:
    return {
        row["code"]: ClaimStatus(
            code=row["code"],
            meaning=row["meaning"],
            needs_entity=row["needs_entity"] == "Y",
            needs_second_code=row["needs_second_code"] == "Y",
            confidence=row["confidence"],
        )
        for row in read_table(STATUS_TABLE).rows
    }


@cache
def _categories() -> dict[str, StatusCategory]:
    return {
        row["code"]: StatusCategory(row["code"], row["meaning"], row["outcome"] == "rejected")
        for row in read_table(CATEGORY_TABLE).rows
    }
