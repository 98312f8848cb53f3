"""Claim adjustment reason codes (CAS, code source 139)."""

import re
from functools import cache

from scrubber.codes.table_file import CODES_DATA, Release, read_release, read_table
from scrubber.codes.verdict import Verdict

TABLE = CODES_DATA / "adjustment_reasons.csv"

FORM = re.compile(r"[1-9][0-9]{0,2}|[ABDPWY][0-9]{1,2}")


def check(reason: str) -> Verdict:
    """A reason code: VALID when in our table, INVALID in form, UNKNOWN otherwise.

    The table leaves out deactivated codes, so an absent one may have been right in its time.
    """
    if reason in _reasons():
        return Verdict.VALID
    return Verdict.UNKNOWN if FORM.fullmatch(reason) else Verdict.INVALID


def release() -> Release:
    """Provenance of the table of reason codes."""
    return read_release(TABLE)


@cache
def _reasons() -> frozenset[str]:
    return frozenset(row["code"] for row in read_table(TABLE).rows)
